Attribute VB_Name = "KpiCalls"
Option Explicit
Option Private Module

' How a worksheet function reaches Python and how the answer comes back. The functions themselves, one line each, are in
' KpiFunctions. Nothing is computed here: a range becomes the values of its used part, an error's text a real error.

Private Const UDF_MODULE As String = "addin.udfs"

' Kept between calls: asking xlwings anew reads its whole configuration each time.
Private server As Object

' Why the latest call did not reach Python; the ribbon's button shows it.
Public LastFailure As String

' The answer of a function of the UDF module; #N/A where Python cannot be reached, #VALUE! for a union of ranges.
Public Function Answer(ByVal functionName As String, ByVal arguments As Variant) As Variant
    On Error GoTo Unreachable
    If HasUnion(arguments) Then
        Answer = CVErr(2015)
    Else
        Answer = WithErrors(Asked(functionName, Values(arguments)))
    End If
    Exit Function
Unreachable:
    LastFailure = functionName & ": " & Err.Description
    Answer = CVErr(2042)
End Function

' An argument that a formula may leave out: Empty where it does, which Python takes for none.
Public Function Given(Optional ByVal argument As Variant) As Variant
    If IsMissing(argument) Then
        Given = Empty
    ElseIf IsObject(argument) Then
        Set Given = argument
    Else
        Given = argument
    End If
End Function

' The criterion of a pair: #VALUE! where the formula gives its range alone, since a blank one would be a condition of 0.
Public Function Criterion(Optional ByVal criteriaRange As Variant, Optional ByVal argument As Variant) As Variant
    If Not IsMissing(argument) Then
        If IsObject(argument) Then Set Criterion = argument Else Criterion = argument
    ElseIf IsMissing(criteriaRange) Then
        Criterion = Empty
    Else
        Criterion = "#VALUE!"
    End If
End Function

' Forget the connection, so that the next call makes a new one.
Public Sub Disconnect()
    Set server = Nothing
End Sub

Private Function Asked(ByVal functionName As String, ByVal passed As Variant) As Variant
    If server Is Nothing Then Set server = XLPy()
    On Error GoTo Gone
    Asked = server.CallUDF(UDF_MODULE, functionName, passed)
    Exit Function
Gone:
    Resume Anew ' the Python that was kept may have been ended: once more with a new one
Anew:
    On Error GoTo 0
    Set server = XLPy()
    Asked = server.CallUDF(UDF_MODULE, functionName, passed)
End Function

' --- What goes out -----------------------------------------------------------------------------------------------

' The arguments with each range read, as Value2: dates as serial numbers, money as plain numbers. All ranges of a call
' are cut at the same row and column, behind the used part of the sheet that reaches furthest, so that ranges of one
' size stay of one size; of two sizes the larger keeps at least one row more, so that Python sees that they differ.
Private Function Values(ByVal arguments As Variant) As Variant
    Dim taken() As Variant
    Dim rowLimit As Long, columnLimit As Long, rowsKept As Long, columnsKept As Long, i As Long
    Dim area As Object
    ReDim taken(LBound(arguments) To UBound(arguments))
    For i = LBound(arguments) To UBound(arguments)
        If IsObject(arguments(i)) Then
            Set area = arguments(i)
            rowLimit = Larger(rowLimit, Smaller(area.Rows.Count, UsedRows(area)))
            columnLimit = Larger(columnLimit, Smaller(area.Columns.Count, UsedColumns(area)))
        End If
    Next i
    For i = LBound(arguments) To UBound(arguments)
        If IsObject(arguments(i)) Then
            Set area = arguments(i)
            rowsKept = Smaller(area.Rows.Count, rowLimit + LowerRanges(arguments, area.Rows.Count))
            columnsKept = Smaller(area.Columns.Count, columnLimit + NarrowerRanges(arguments, area.Columns.Count))
            taken(i) = area.Resize(rowsKept, columnsKept).Value2
        Else
            taken(i) = arguments(i)
        End If
    Next i
    Values = taken
End Function

Private Function HasUnion(ByVal arguments As Variant) As Boolean
    Dim i As Long
    For i = LBound(arguments) To UBound(arguments)
        If IsObject(arguments(i)) Then
            If arguments(i).Areas.Count > 1 Then HasUnion = True
        End If
    Next i
End Function

Private Function UsedRows(ByVal area As Object) As Long
    Dim used As Object
    Set used = area.Worksheet.UsedRange
    UsedRows = Larger(1, used.Row + used.Rows.Count - area.Row)
End Function

Private Function UsedColumns(ByVal area As Object) As Long
    Dim used As Object
    Set used = area.Worksheet.UsedRange
    UsedColumns = Larger(1, used.Column + used.Columns.Count - area.Column)
End Function

Private Function LowerRanges(ByVal arguments As Variant, ByVal rowCount As Long) As Long
    Dim i As Long
    For i = LBound(arguments) To UBound(arguments)
        If IsObject(arguments(i)) Then
            If arguments(i).Rows.Count < rowCount Then LowerRanges = LowerRanges + 1
        End If
    Next i
End Function

Private Function NarrowerRanges(ByVal arguments As Variant, ByVal columnCount As Long) As Long
    Dim i As Long
    For i = LBound(arguments) To UBound(arguments)
        If IsObject(arguments(i)) Then
            If arguments(i).Columns.Count < columnCount Then NarrowerRanges = NarrowerRanges + 1
        End If
    Next i
End Function

Private Function Larger(ByVal one As Long, ByVal other As Long) As Long
    If one > other Then Larger = one Else Larger = other
End Function

Private Function Smaller(ByVal one As Long, ByVal other As Long) As Long
    If one < other Then Smaller = one Else Smaller = other
End Function

' --- What comes back ---------------------------------------------------------------------------------------------

' The answer with the texts of errors turned into errors, inside a row or a table too.
Private Function WithErrors(ByVal answered As Variant) As Variant
    Dim table() As Variant
    Dim i As Long, j As Long
    Select Case Dimensions(answered)
    Case 0
        WithErrors = CellOf(answered)
    Case 1
        ReDim table(LBound(answered) To UBound(answered))
        For i = LBound(answered) To UBound(answered)
            table(i) = CellOf(answered(i))
        Next i
        WithErrors = table
    Case Else
        ReDim table(LBound(answered, 1) To UBound(answered, 1), LBound(answered, 2) To UBound(answered, 2))
        For i = LBound(answered, 1) To UBound(answered, 1)
            For j = LBound(answered, 2) To UBound(answered, 2)
                table(i, j) = CellOf(answered(i, j))
            Next j
        Next i
        WithErrors = table
    End Select
End Function

Private Function CellOf(ByVal answered As Variant) As Variant
    CellOf = answered
    If VarType(answered) <> vbString Then Exit Function
    Select Case answered
    Case "#NULL!": CellOf = CVErr(2000)
    Case "#DIV/0!": CellOf = CVErr(2007)
    Case "#VALUE!": CellOf = CVErr(2015)
    Case "#REF!": CellOf = CVErr(2023)
    Case "#NAME?": CellOf = CVErr(2029)
    Case "#NUM!": CellOf = CVErr(2036)
    Case "#N/A": CellOf = CVErr(2042)
    End Select
End Function

Private Function Dimensions(ByVal answered As Variant) As Long
    Dim bound As Long
    If Not IsArray(answered) Then Exit Function
    Dimensions = 1
    On Error GoTo OneOnly
    bound = UBound(answered, 2)
    Dimensions = 2
OneOnly:
End Function
