Attribute VB_Name = "xlwings"
Option Explicit

' In place of xlwings' own module, whose DLL starts Python on Windows.
Private connections As Long

Public Function XLPy() As Object
    connections = connections + 1
    Set XLPy = New PythonStandIn
End Function

Public Function ConnectionCount() As Long
    ConnectionCount = connections
End Function
