"""The invented offers of the example: number, company, value in euros, outcome."""

from __future__ import annotations

OFFERS: tuple[tuple[str, str, int, str], ...] = (
    ("T-1041", "Aalto Koneistus Oy", 18_400, "won"),
    ("T-1042", "Berg & Pojat Oy", 9_600, "lost"),
    ("T-1043", "Kehäkoneet Oy", 22_000, "lost"),
    ("T-1044", "Delfiini Logistiikka Oy", 14_800, "won"),
    ("T-1045", "Etelä-Savon Sähkötyö Oy", 7_200, "lost"),
    ("T-1046", "Fjordin Pumput Oy", 31_500, "lost"),
    ("T-1047", "Granholman Metalli Oy", 12_900, "won"),
    ("T-1048", "Hämeen Pakkaus Oy", 16_300, "lost"),
    ("T-1049", "Iso-Talo Kiinteistöt Oy", 8_800, "lost"),
    ("T-1050", "Jokilaakson Teräs Oy", 27_400, "open"),
    ("T-1051", "Kymi Valvonta Oy", 11_200, "lost"),
    ("T-1052", "Lännen Varasto Oy", 19_900, "won"),
    ("T-1053", "Meriteollisuus Mäkelä Oy", 42_000, "lost"),
    ("T-1054", "Nokkalan Huolto Oy", 6_500, "won"),
    ("T-1055", "Oulun Pintakäsittely Oy", 13_700, "lost"),
    ("T-1056", "Pohjolan Kylmä Oy", 24_100, "lost"),
    ("T-1057", "Rauman Automaatio Oy", 17_600, "won"),
    ("T-1058", "Salpausselän Rakennus Oy", 35_200, "lost"),
    ("T-1059", "Tampereen Tiiviste Oy", 9_900, "lost"),
    ("T-1060", "Uudenmaan Kaluste Oy", 15_400, "open"),
    ("T-1061", "Vaasan Energiapalvelu Oy", 28_800, "lost"),
    ("T-1062", "Ylä-Karjalan Puu Oy", 10_300, "won"),
    ("T-1063", "Åminne Marin Ab", 21_700, "lost"),
    ("T-1064", "Ääneseudun Kuljetus Oy", 12_100, "open"),
    ("T-1065", "Örnvik Data Ab", 18_000, "lost"),
)
