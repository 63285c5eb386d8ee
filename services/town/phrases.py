"""What people put around what they say: greetings, sighs, thanks, hashtags, edits."""

from typing import Final

OPENERS: Final[dict[str, tuple[str, ...]]] = {
    "en": (
        "Right,", "Morning all.", "Evening.", "Hello again.", "Me again.", "Ok so", "Honestly.",
        "Not sure who to tell, but", "Anyone else?", "For the third time:", "Quick one.", "PSA:",
        "Here we go.", "Sorry to be that person.", "Long time reader, first time poster.", "Aye,",
        "Dear council,", "Question for the hive mind.", "Update:", "Still.", "So.", "Listen,",
        "To whom it may concern,", "Well now.", "Posting for my neighbour, who isn't online.",
        "Good afternoon.", "Not again.", "Folks,", "Just back in.",
        "On my break so keeping it short.",
        "My mum asked me to put this up.", "Typing with cold fingers.", "Seen on the way home:",
        "Second attempt at posting this.", "Heads up.", "Is this the right place?", "Wee note.",
    ),
    "cy": (
        "Bore da.", "Noswaith dda.", "Helo eto.", "Esgusodwch fi,", "Wel,", "Cwestiwn sydyn.",
        "Fi eto.", "Gair i gall:", "Ar ran Mam:", "Sori i boeni neb.", "I bwy bynnag sy'n darllen:",
    ),
}  # fmt: skip
CLOSERS: Final[dict[str, tuple[str, ...]]] = {
    "en": (
        "Thanks.", "Cheers.", "Anyone?", "That's all.", "Ta.", "Please share.", "Just saying.",
        "Will post a photo later.", "You're welcome.", "Over to you.", "Rant over.", "Any ideas?",
        "Not holding my breath.", "As ever.", "Thought you should know.", "Back to the dishes.",
        "Happy to be told otherwise.", "Away for my tea.", "Over and out.", "My gran agrees.",
        "The dog sends his regards.", "Ask anyone in the street.", "Make of that what you will.",
        "Reference number lost, sorry.", "I'll check back tonight.", "Yours, damp.", "Good night.",
        "Typing this on the bus.", "No rush on my part.", "It is what it is.", "Rain's on again.",
        "Answers on a postcard.", "Mind how you go.", "Kettle's on.", "So there.", "End of.",
    ),
    "cy": (
        "Diolch.", "Diolch yn fawr.", "Unrhyw syniad?", "Dyna ni.", "Hwyl am y tro.", "Nos da.",
        "Rhannwch, plis.", "Ateb yn Gymraeg, os gwelwch yn dda.", "Beth amdani?", "Wel, dyna fo.",
    ),
}  # fmt: skip
HASHTAGS: Final[dict[str, tuple[str, ...]]] = {
    "waste": ("#bins", "#mercatburgh", "#binday"),
    "roads": ("#potholes", "#mercatburgh"),
    "lighting": ("#darkstreets", "#mercatburgh"),
    "parking": ("#parking", "#mercatburgh"),
    "drainage": ("#flood", "#merkflood", "#mercatburgh"),
    "housing": ("#housing", "#mercatburgh"),
    "environmental-health": ("#mercatburgh", "#noise"),
    "parks": ("#burghloch", "#mercatburgh"),
    "libraries-leisure": ("#libraries", "#mercatburgh"),
    "schools": ("#schools", "#mercatburgh"),
    "social-care": ("#care", "#mercatburgh"),
    "tax-benefits": ("#counciltax", "#mercatburgh"),
    "planning": ("#planning", "#mercatburgh"),
    "transport": ("#bus22", "#mercatburgh", "#buses"),
    "elections-registration": ("#vote", "#mercatburgh"),
    "contact": ("#mercatburgh", "#council"),
    "none": ("#mercatburgh", "#fridayfeeling"),
}
EDIT_NOTES: Final = (
    "EDIT: spelling.", "Edit: sorted now, thanks.", "EDIT still the same this morning.",
    "Edit: it's the other end of the street.", "(edited, I was in a hurry)",
    "EDIT: and again today.",
    "Edit: somebody came!", "EDIT: photo added.", "Edit to say it was Tuesday, not Monday.",
    "EDIT: removed the name.", "Edit: still waiting.", "EDIT: thanks for the replies all.",
)  # fmt: skip
PICTURES: Final[dict[str, tuple[str, ...]]] = {
    "waste": ("Two green bins with the lids up", "A heap of black bags by a close"),
    "roads": ("A hole in the road with a shoe in it for scale", "A tilted slab"),
    "lighting": ("A dark street", "A lamp post with its door hanging open"),
    "parking": ("A van with two wheels on the pavement",),
    "drainage": ("Brown water up to a doorstep", "A gully full of leaves"),
    "housing": ("A black patch in the corner of a ceiling",),
    "environmental-health": ("A rat on a bin", "Smoke over a back garden"),
    "parks": ("A swing with one chain", "Sunrise over the loch"),
    "libraries-leisure": ("A shelf of books", "An empty pool"),
    "schools": ("A poster on a school gate",),
    "social-care": ("A folded letter on a table",),
    "tax-benefits": ("A letter with the number covered by a thumb",),
    "planning": ("A yellow notice on a fence",),
    "transport": ("A timetable behind cracked glass", "A full bus passing a stop"),
    "elections-registration": ("A polling place sign in the rain",),
    "contact": ("A screen that says error 500",),
    "none": ("A cat asleep on a router", "A plate of chips"),
}
ACCOUNT: Final = "@mercatburgh@social.mercatburgh.example"
TEAM_ACCOUNTS: Final = {
    "libraries-leisure": "@libraries@social.mercatburgh.example",
    "schools": "@schools@social.mercatburgh.example",
}
