"""LibreOffice Calc: the worksheet functions as an extension (.oxt), built without LibreOffice's SDK.

`office/` holds what LibreOffice's own Python runs; everything else runs in ours.
"""
