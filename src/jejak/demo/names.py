"""Invented names of people, neighbourhoods and premises; people and premises say that they are a demo."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MARK: Final = "(Demo)"
"""Stands after every invented person's name, so that nobody takes one for real."""


@dataclass(frozen=True, slots=True)
class Community:
    """How one community's names are built; ``son`` and ``daughter`` join a given name to the father's."""

    women: tuple[str, ...]
    men: tuple[str, ...]
    fathers: tuple[str, ...]
    son: str
    daughter: str
    family_first: bool = False


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.replace("_", " ") for word in text.split())


MALAY: Final = Community(
    women=_words(
        "Nur_Aisyah Siti_Hajar Nurul_Huda Farah_Nabila Aina_Sofea Norhayati Zaleha Rohani Noraini Suraya "
        "Hidayah Liyana Syafiqah Amirah Balqis Khadijah Maisarah Nadia Puteri_Balkis Rosmah_Nur Salmah "
        "Umi_Kalsom Wan_Azlina Yasmin Zarina"
    ),
    men=_words(
        "Ahmad_Faiz Muhammad_Amir Mohd_Hafiz Azlan Khairul_Anuar Faris Hakim Iskandar Zulkifli Syed_Irfan "
        "Nik_Adam Razif Shahrul Taufik Fadzil Izzat Luqman Mohd_Nazri Rahimi Saiful Wan_Haziq Yusri Zaid "
        "Ammar Danial"
    ),
    fathers=_words(
        "Abdullah Hassan Ismail Osman Rahman Yusof Ibrahim Salleh Kassim Mahmud Othman Razak Zainal Hamid "
        "Latif Jaafar Sulaiman Mansor Bakar Ghazali Shafie Talib Wahab Idris Musa Daud Yaakob Harun "
        "Nordin Jalil Ariffin Mokhtar"
    ),
    son="bin", daughter="binti",
)  # fmt: skip
CHINESE: Final = Community(
    women=_words(
        "Mei_Ling Siew_Lan Hui_Min Xin_Yi Pei_Shan Li_Ting Wai_Fun Yoke_Leng Jia_Qi Shu_Fen Bee_Hoon "
        "Ai_Ling Sook_Yee Kah_Mun Yen_Nee Poh_Choo Zi_Han Wen_Xin Hooi_Cheng Lay_Peng"
    ),
    men=_words(
        "Wei_Jie Chee_Keong Kok_Wai Jun_Hao Boon_Teck Yong_Sheng Kah_Hoe Chun_Kit Zhi_Wei Soon_Huat "
        "Ming_Fai Kian_Seng Hock_Lai Teik_Hong Jia_Jun Weng_Kit Choon_Meng Yi_Xuan Eng_Hua Swee_Leong"
    ),
    fathers=_words(
        "Tan Lim Lee Wong Ng Chan Cheah Ong Goh Chong Teoh Yap Low Khoo Chin Liew Foo Lau Ang Yeoh Koh Ho "
        "Gan Soh Toh Kam"
    ),
    son="", daughter="", family_first=True,
)  # fmt: skip
INDIAN: Final = Community(
    women=_words(
        "Kavitha Priya Shanti Letchumi Thilaga Meena Devi_Sri Saraswathy Anjali Vasantha Malathi Sumathi "
        "Yogeswari Indra Rani Gayathri Nithya Pushpa Kalai Revathi"
    ),
    men=_words(
        "Suresh Prakash Ravi Kumaran Ganesan Vijay Murali Dinesh Arjun Selvam Muthu Hari_Prasad Logan "
        "Thinesh Siva Raj_Kumar Vimal Jeevan Manimaran Kannan"
    ),
    fathers=_words(
        "Subramaniam Krishnan Muniandy Perumal Ramasamy Arumugam Govindasamy Nadarajan Maniam Sinnathamby "
        "Veerasamy Rajendran Thangavelu Suppiah Balakrishnan Doraisamy Palani Kandiah"
    ),
    son="a/l", daughter="a/p",
)  # fmt: skip
BORNEAN: Final = Community(
    women=_words(
        "Rosalind Jennifer Mordiana Dayang_Siti Evelyn Noridah Fiona Sunita Juliana Lucia Rozita Mary_Ann "
        "Stella Imang Salumah Agnes Veronica Hilda Suzie Monica"
    ),
    men=_words(
        "Jeffrey Dennis Awang_Hadi Jimmy Roslan Stephen Melvin Abg_Zaidi Felix Raymond Gilbert Edwin "
        "Anthony Rayner Clement Jalumin Bonaventure Walter Henry Lawrence"
    ),
    fathers=_words(
        "Gudin Majakil Jilan Anak_Jugah Lasimbang Mojuntin Unggun Nyandang Langkap Sigau Entaban Kiting "
        "Lumbis Mansau Gaut Belawan Ginsos Tawie Ampau Sipaut"
    ),
    son="", daughter="",
)  # fmt: skip

COMMUNITIES: Final = (MALAY, CHINESE, INDIAN, BORNEAN)
PENINSULA: Final = (0.64, 0.26, 0.09, 0.01)
BORNEO: Final = (0.27, 0.19, 0.01, 0.53)
BORNEO_STATES: Final = ("MY-12", "MY-13", "MY-15")


def person(*, community: int, woman: bool, given: int, father: int) -> str:
    """Return an invented person's name with the demo's mark; any integers do, the lists are walked round."""
    names = COMMUNITIES[community]
    first_names = names.women if woman else names.men
    first = first_names[given % len(first_names)]
    last = names.fathers[father % len(names.fathers)]
    joint = names.daughter if woman else names.son
    parts = (last, first, MARK) if names.family_first else (first, joint, last, MARK)
    return " ".join(part for part in parts if part)


NEIGHBOURHOODS: Final = tuple(
    f"{first} {second}"
    for second in (
        "Melati",
        "Cempaka",
        "Kenanga",
        "Dahlia",
        "Mawar",
        "Anggerik",
        "Teratai",
        "Seroja",
        "Kemboja",
        "Tanjung",
    )
    for first in ("Seri", "Taman", "Desa", "Bukit", "Bandar Baru", "Kampung", "Medan", "Indah")
)

PREMISES: Final[dict[str, tuple[str, ...]]] = {
    "mall": ("Pusat Beli-belah Demo {}", "Demo {} Mall"),
    "supermarket": ("Pasar Raya Demo {}", "Pasar Mini Demo {}"),
    "grocery": ("Kedai Runcit Demo {}", "Kedai Serbaneka Demo {}"),
    "restaurant": ("Restoran Demo {}", "Nasi Kandar Demo {}", "Kopitiam Demo {}", "Warung Demo {}"),
    "market": ("Pasar Awam Demo {}", "Pasar Pagi Demo {}"),
    "shop": (
        "Kedai Pakaian Demo {}",
        "Kedai Buku Demo {}",
        "Kedai Perkakasan Demo {}",
        "Kedai Telefon Demo {}",
    ),
    "petrol": ("Stesen Minyak Demo {}",),
    "clinic": ("Klinik Demo {}", "Klinik Pergigian Demo {}"),
    "hospital": ("Hospital Demo {}",),
    "office": ("Pejabat Demo {}", "Menara Demo {}"),
    "factory": ("Kilang Demo {}",),
    "school": ("Sekolah Demo {}",),
    "mosque": ("Surau Demo {}", "Masjid Demo {}"),
    "worship": ("Kuil Demo {}", "Tokong Demo {}", "Gereja Demo {}"),
    "pharmacy": ("Farmasi Demo {}",),
    "bank": ("Bank Demo {}", "Pejabat Pos Demo {}"),
    "salon": ("Salon Demo {}", "Kedai Gunting Demo {}"),
    "gym": ("Gimnasium Demo {}",),
    "transport": ("Terminal Demo {}", "Stesen Demo {}"),
    "other": ("Premis Demo {}",),
}

TENANTS: Final = (
    "Pintu Utama",
    "Medan Selera",
    "Pasar Raya",
    "Panggung Wayang",
    "Kedai Buku",
    "Farmasi",
    "Kedai Kasut",
    "Kafe Aras 1",
    "Kedai Elektronik",
    "Kedai Pakaian",
    "Gimnasium",
    "Pusat Permainan",
    "Kedai Emas",
    "Salun Rambut",
    "Bank",
    "Klinik Gigi",
)


DOORS: Final = frozenset({"Pintu Utama"})
ZONE_STAYS: Final = {"Medan Selera": 45, "Pasar Raya": 40, "Panggung Wayang": 130, "Gimnasium": 75, "Salun Rambut": 60}
"""Minutes that people typically stay in a tenant's zone, where that is not `ZONE_STAY`."""
ZONE_STAY: Final = 20


def zone_stay(number: int) -> int:
    """Return the minutes that people typically stay in a mall's zone."""
    return ZONE_STAYS.get(TENANTS[number % len(TENANTS)], ZONE_STAY)


def zone_kind(number: int) -> str:
    """Return what a mall's zone is: a room, or a door that leads in and out."""
    return "entrance" if TENANTS[number % len(TENANTS)] in DOORS else "room"


def zone(number: int) -> str:
    """Return the name of a mall's zone, counted from 0; no two of a mall are equal."""
    turn, tenant = divmod(number, len(TENANTS))
    return f"{TENANTS[tenant]} {turn + 1}" if turn else TENANTS[tenant]


def premises(*, trade: str, neighbourhood: int, variety: int, number: int) -> str:
    """Return an invented name, such as ``Kedai Runcit Demo Seri Melati 17``; ``number`` tells them apart."""
    patterns = PREMISES[trade]
    place = NEIGHBOURHOODS[neighbourhood % len(NEIGHBOURHOODS)]
    return f"{patterns[variety % len(patterns)].format(place)} {number}"
