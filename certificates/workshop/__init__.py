"""The drawing workshop: from a frozen context to a sealed, signed PDF. Pure functions, no models.

`contexts` says what each paper holds, `drawing` draws it, `seal` and `qr` make its images, `authority`
and `signing` make it provable. A paper is an official document and therefore always written in
standard Chinese (国家通用语言文字法 Art. 9): its words are not passed through gettext.
"""
