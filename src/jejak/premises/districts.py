"""The districts of each state, to choose from and to spell alike; a name that is not here is accepted too.

Federal territories have no districts; their parts as people name them stand here. Sarawak's are its administrative
districts.
"""

from typing import Final

DISTRICTS: Final = {
    "MY-01": (
        "Batu Pahat", "Johor Bahru", "Kluang", "Kota Tinggi", "Kulai", "Mersing", "Muar", "Pontian", "Segamat",
        "Tangkak",
    ),
    "MY-02": (
        "Baling", "Bandar Baharu", "Kota Setar", "Kuala Muda", "Kubang Pasu", "Kulim", "Langkawi", "Padang Terap",
        "Pendang", "Pokok Sena", "Sik", "Yan",
    ),
    "MY-03": (
        "Bachok", "Gua Musang", "Jeli", "Kota Bharu", "Kuala Krai", "Lojing", "Machang", "Pasir Mas", "Pasir Puteh",
        "Tanah Merah", "Tumpat",
    ),
    "MY-04": ("Alor Gajah", "Jasin", "Melaka Tengah"),
    "MY-05": ("Jelebu", "Jempol", "Kuala Pilah", "Port Dickson", "Rembau", "Seremban", "Tampin"),
    "MY-06": (
        "Bentong", "Bera", "Cameron Highlands", "Jerantut", "Kuantan", "Lipis", "Maran", "Pekan", "Raub", "Rompin",
        "Temerloh",
    ),
    "MY-07": (
        "Barat Daya", "Seberang Perai Selatan", "Seberang Perai Tengah", "Seberang Perai Utara", "Timur Laut",
    ),
    "MY-08": (
        "Bagan Datuk", "Batang Padang", "Hilir Perak", "Hulu Perak", "Kampar", "Kerian", "Kinta", "Kuala Kangsar",
        "Larut, Matang dan Selama", "Manjung", "Muallim", "Perak Tengah",
    ),
    "MY-09": ("Perlis",),
    "MY-10": (
        "Gombak", "Hulu Langat", "Hulu Selangor", "Klang", "Kuala Langat", "Kuala Selangor", "Petaling", "Sabak Bernam",
        "Sepang",
    ),
    "MY-11": (
        "Besut", "Dungun", "Hulu Terengganu", "Kemaman", "Kuala Nerus", "Kuala Terengganu", "Marang", "Setiu",
    ),
    "MY-12": (
        "Beaufort", "Beluran", "Kalabakan", "Keningau", "Kinabatangan", "Kota Belud", "Kota Kinabalu", "Kota Marudu",
        "Kuala Penyu", "Kudat", "Kunak", "Lahad Datu", "Membakut", "Nabawan", "Papar", "Penampang", "Pitas", "Putatan",
        "Ranau", "Sandakan", "Semporna", "Sipitang", "Sook", "Tambunan", "Tawau", "Telupid", "Tenom", "Tongod",
        "Tuaran",
    ),
    "MY-13": (
        "Asajaya", "Bau", "Belaga", "Beluru", "Betong", "Bintulu", "Bukit Mabong", "Dalat", "Daro", "Gedong", "Julau",
        "Kabong", "Kanowit", "Kapit", "Kuching", "Lawas", "Limbang", "Lubok Antu", "Lundu", "Maradong", "Marudi",
        "Matu", "Miri", "Mukah", "Pakan", "Pusa", "Samarahan", "Saratok", "Sarikei", "Sebauh", "Sebuyau", "Selangau",
        "Serian", "Sibu", "Siburan", "Simunjan", "Song", "Sri Aman", "Subis", "Tanjung Manis", "Tatau", "Tebedu",
        "Telang Usan",
    ),
    "MY-14": (
        "Bandar Tun Razak", "Batu", "Bukit Bintang", "Cheras", "Kepong", "Lembah Pantai", "Segambut", "Seputeh",
        "Setiawangsa", "Titiwangsa", "Wangsa Maju",
    ),
    "MY-15": ("Labuan",),
    "MY-16": ("Putrajaya",),
}  # fmt: skip

_BY_FOLDED: Final = {(state, name.casefold()): name for state, names in DISTRICTS.items() for name in names}


def spelled(*, state: str, district: str) -> str:
    """Return a district's usual spelling, or the name as given if the state has none such here."""
    return _BY_FOLDED.get((state, district.casefold()), district)


def is_known(*, state: str, district: str) -> bool:
    """Return whether a state has such a district, in whatever case it is written; without a state, whether any has."""
    folded = district.casefold()
    return (state, folded) in _BY_FOLDED or (not state and any(folded == name for _state, name in _BY_FOLDED))
