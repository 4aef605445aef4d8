Attribute VB_Name = "KpiAddin"
Option Explicit

' What happens when Excel starts, and the ribbon's buttons. The texts stand on the sheet xlwings.conf: settings in
' columns A and B, sentences in D and E, and from G on a row for each function: name, description, argument helps.

Private Const TEXT_COLUMN As Long = 4
Private Const HELP_COLUMN As Long = 7

Public Sub Auto_Open()
    ' Once Excel has started: it describes functions only where a workbook is open
    Application.OnTime Now, "'" & ThisWorkbook.Name & "'!KpiDescribe"
End Sub

' The function wizard's texts. Without them the functions work all the same, so a refusal is not shown.
Public Sub KpiDescribe()
    On Error GoTo Hidden
    DescribeAll
    Exit Sub
Hidden:
    Resume Shown ' Excel describes no function of a hidden workbook while no other one is open
Shown:
    On Error GoTo Refused
    Application.ScreenUpdating = False
    ThisWorkbook.IsAddin = False
    DescribeAll
Refused:
    ThisWorkbook.IsAddin = True
    ThisWorkbook.Saved = True
    Application.ScreenUpdating = True
End Sub

Private Sub DescribeAll()
    Dim help As Worksheet
    Dim arguments() As Variant
    Dim atRow As Long, count As Long, i As Long
    Set help = Settings()
    atRow = 1
    Do While help.Cells(atRow, HELP_COLUMN).Value <> ""
        count = 0
        Do While help.Cells(atRow, HELP_COLUMN + 2 + count).Value <> ""
            count = count + 1
        Loop
        ReDim arguments(1 To count)
        For i = 1 To count
            arguments(i) = help.Cells(atRow, HELP_COLUMN + 1 + i).Value
        Next i
        Application.MacroOptions _
            Macro:="'" & ThisWorkbook.Name & "'!" & help.Cells(atRow, HELP_COLUMN).Value, _
            Description:=help.Cells(atRow, HELP_COLUMN + 1).Value, _
            Category:="KPI", _
            ArgumentDescriptions:=arguments
        atRow = atRow + 1
    Loop
End Sub

' The ribbon's button: does Python answer, and if not, why.
Public Sub KpiCheck(ByVal control As IRibbonControl)
    Dim answered As Variant
    Disconnect
    LastFailure = ""
    answered = Answer("LTVCAC", Array(300#, 100#))
    If IsError(answered) Then
        MsgBox Sentence("unreachable") & vbCrLf & vbCrLf & LastLine(LastFailure), vbExclamation, Sentence("title")
    Else
        MsgBox Sentence("reachable"), vbInformation, Sentence("title")
    End If
End Sub

' The ribbon's button: everything is computed anew, by a new connection.
Public Sub KpiRecalculate(ByVal control As IRibbonControl)
    Disconnect
    Application.CalculateFull
End Sub

' Of Python's traceback only what happened, not where.
Private Function LastLine(ByVal failure As String) As String
    Dim lines As Variant
    Dim i As Long
    lines = Split(Replace(failure, vbCr, ""), vbLf)
    For i = LBound(lines) To UBound(lines)
        If Trim$(lines(i)) <> "" Then LastLine = Left$(lines(i), 500)
    Next i
End Function

Private Function Sentence(ByVal key As String) As String
    Dim texts As Worksheet
    Dim atRow As Long
    Set texts = Settings()
    atRow = 1
    Do While texts.Cells(atRow, TEXT_COLUMN).Value <> ""
        If texts.Cells(atRow, TEXT_COLUMN).Value = key Then Sentence = texts.Cells(atRow, TEXT_COLUMN + 1).Value
        atRow = atRow + 1
    Loop
End Function

Private Function Settings() As Worksheet
    Set Settings = ThisWorkbook.Worksheets("xlwings.conf")
End Function
