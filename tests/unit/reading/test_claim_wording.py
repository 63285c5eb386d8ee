"""Finding what a body claims beyond what it can stand for, and the wrong tone."""

import pytest

from tests.claims import families


@pytest.mark.parametrize(
    "text",
    [
        "Your bin will 100% be collected tomorrow.",
        "We promise you'll never see another rat on this estate.",
        "This medicine collection scheme is completely risk free.",
        "The fair will go ahead whatever happens.",
        "All our buildings are totally fire-safe.",
        "We guarantee you'll love the new pool!",
        "No one will be left without heating this winter, we give you our word.",
        "The new barrier makes accidents impossible.",
        "Not one resident will be worse off under the new scheme.",
        "You'll have your bin back by Friday, guaranteed.",
        "I can assure you that the path is safe for everyone at all times.",
        "Floods on Mill Lane are a thing of the past.",
        "Your bus pass will always be free.",
        "There's no danger whatsoever from the chimney.",
        "We can say for certain there'll be no strike.",
        "The lifeguards make it impossible to drown here.",
        "Nothing will go wrong with the count.",
        "You'll definitely get the grant if you apply.",
        "There's not the slightest risk of another leak.",
        "Every applicant will succeed.",
    ],
)
def test_guarantee_is_found(text: str) -> None:
    """A guarantee without its source or exceptions is found, whatever words it takes."""
    assert "guarantee" in families(text)


@pytest.mark.parametrize(
    "text",
    [
        "You are legally entitled to a refund from the builder.",
        "The fence is on your side of the boundary so legally it's yours.",
        "Sounds like unfair dismissal to me.",
        "The contract you signed is not legally binding.",
        "That's a breach of your human rights.",
        "You could sue for that.",
        "He can't evict you without two months' notice, so stay put.",
        "Your ex is breaking a court order by doing that.",
        "Landlords who do that always lose, so take him on.",
        "That notice was served wrongly and has no legal force.",
        "I've read your lease and you're in the right.",
        "It would be contempt of court for him to turn up.",
        "You could have them for negligence.",
        "She was wrongfully arrested.",
        "The planning refusal was unlawful and you'd win an appeal.",
        "You're not obliged to answer the debt collectors' letters.",
        "Your landlord owes you that money, the tribunal always sides with tenants.",
        "It's theft, plain and simple.",
        "The law's on your side here, dig your heels in.",
        "He has no grounds to evict you.",
    ],
)
def test_legal_is_found(text: str) -> None:
    """An opinion on the law in a case of somebody's is found."""
    assert "legal" in families(text)


@pytest.mark.parametrize(
    "text",
    [
        "Sounds like you've got norovirus, stay off work for 48 hours.",
        "Take paracetamol every four hours and you'll be fine.",
        "Don't worry, that rash is just heat.",
        "You should stop your blood pressure tablets in this heat.",
        "It's safe to swim with that ear infection.",
        "Asbestos like that can't hurt you.",
        "Try putting tea tree oil on the bites.",
        "That cough will clear up on its own.",
        "Sounds nasty. You'll want to put some hydrocortisone on that.",
        "Kids don't catch it twice, so she's immune now.",
        "That's an allergic reaction, take an antihistamine.",
        "A temperature of 39 is nothing to worry about in a toddler.",
        "Plenty of vitamin C and it'll clear in a couple of days.",
        "I'd skip the booster if I were you.",
        "You've clearly broken it, don't walk on it.",
        "Lumps like that are almost always harmless.",
        "Drinking the harbour water once won't do you any harm.",
        "Give your gran half her usual tablet.",
        "It'll be a migraine, lie down in a dark room.",
        "Babies can have a bit of honey for a cough, it's fine.",
    ],
)
def test_medical_is_found(text: str) -> None:
    """A diagnosis and a treatment are found, and so is the all-clear."""
    assert "medical" in families(text)


@pytest.mark.parametrize(
    "text",
    [
        "We accept responsibility for the damage to your wall and will pay for repairs.",
        "The council isn't liable for injuries on that path.",
        "It's our fault your car was damaged, sorry.",
        "You will be compensated for the flooding.",
        "We are not responsible for what happened to your bike.",
        "The accident was caused by our failure to repair the road.",
        "Send me the receipt and we'll refund the cost of your tyre.",
        "We were negligent.",
        "We broke your gate, so we're paying for a new one.",
        "It was your own carelessness, not our pavement.",
        "The council takes no responsibility for items left in the hall.",
        "We admit liability for the burst pipe.",
        "You'll get every penny back for your ruined shoes.",
        "Sadly the driver was at fault and we will compensate you.",
        "The pothole caused your puncture and we knew about it since May.",
        "Nobody here is to blame for what happened to your dog.",
        "We'd pay for the damage if it were up to me.",
        "Your hip broke because we hadn't salted.",
        "Our bad: we left the trench open, and you fell in. We'll make it right with a payment.",
        "We can't be blamed for what the wind does to cars.",
    ],
)
def test_liability_is_found(text: str) -> None:
    """Fault admitted, fault denied and money offered are found alike."""
    assert "liability" in families(text)


@pytest.mark.parametrize(
    "text",
    [
        "The Conservative government's cuts are to blame for the library closing.",
        "Only Labour will protect our NHS. Vote Labour.",
        "The SNP have failed this town.",
        "Please support our Lib Dem councillor in Thursday's by-election.",
        "Thanks to this Labour government, we have money for buses.",
        "Independence would fix this.",
        "Reform UK are lying about the asylum hotel.",
        "Don't vote Tory.",
        "Good riddance to the last administration, they left the place a tip.",
        "A vote for the SNP is a vote for our harbour.",
        "The Conservative group blocked the new school. Remember that in May.",
        "Honestly, whoever's in Holyrood couldn't run a bath.",
        "Another broken promise from the government.",
        "Well done to Labour on winning the by-election!",
        "If the Lib Dems get in, they'll close the baths.",
        "Let's send a message to Westminster on 2 May.",
        "Councillor Reid is the best candidate by a mile.",
        "Say Yes to independence and yes to better buses.",
        "Never trust a Tory.",
        "Four more years of this lot and there'll be no library left.",
    ],
)
def test_party_politics_is_found(text: str) -> None:
    """A side taken between parties or in a vote is found."""
    assert "party_politics" in families(text)


@pytest.mark.parametrize(
    "text",
    [
        "Get 10% off at Bean There Café with code TOWN10!",
        "Check out my new book, available on Amazon.",
        "I'd recommend Smith & Sons Plumbers, they did my kitchen.",
        "Come to my shop on Kirkgate for the best gifts in town.",
        "Merk Taxis are the cheapest and most reliable, call them.",
        "Buy tickets for my show at the Corn Hall, only £15.",
        "This update is sponsored by Harbour Homes.",
        "The best place for a new boiler is WarmCo.",
        "Thirsty after the race? Head to The Anchor, pints only £3 tonight.",
        "Big thanks to Tesco for the bananas. Every little helps, so shop there!",
        "Our friends at Merk Motors have cars from £99 a month.",
        "My new pottery class still has spaces: £12 a head, DM to book.",
        "Get yourself a Dyson, best hoover on the market.",
        "Use my referral link and we both get a tenner.",
        "Nobody beats Patel's Pharmacy on price.",
        "The Blue Door café: best breakfast in Merkside. Go!",
        "Follow @brightwindows for amazing offers on double glazing.",
        "Loved my lunch at Bella's Bistro, cheapest pizza in town, get down there.",
        "Use promo MERK5 when you order.",
        "Kerr Plumbing are offering free boiler checks this month, call them now.",
    ],
)
def test_commercial_is_found(text: str) -> None:
    """A business or product promoted is found, the author's own among them."""
    assert "commercial" in families(text)


@pytest.mark.parametrize(
    "text",
    [
        "If you had bothered to read the letter you would know.",
        "Stop complaining, others have it worse.",
        "Perhaps you should learn to use a calendar.",
        "You people are never happy.",
        "WHAT PART OF CLOSED DO YOU NOT UNDERSTAND",
        "As I have told you four times now, no.",
        "You clearly have too much time on your hands.",
        "Stop being so dramatic.",
        "Honestly, the cheek of some people.",
        "NOT OUR JOB. ASK SOMEONE ELSE. BYE.",
        "I'm not going to explain it to you again.",
        "What a load of rubbish you talk.",
        "Do you ever stop complaining?",
        "Get off your high horse.",
    ],
)
def test_anger_is_found(text: str) -> None:
    """Impatience and reproach are found."""
    assert "anger" in families(text)


@pytest.mark.parametrize(
    "text",
    [
        "Well boo hoo.",
        "Oh look, another expert.",
        "Sigh. Same question, same answer.",
        "Try using a calendar, they're very handy.",
        "If only there were a sign. Oh wait, there is.",
        "Would you like a medal for putting your bin out?",
        "You clearly have too much time on your hands.",
        "Were you born in a barn?",
        "Do your homework before you post.",
        "Blah blah blah. Heard it all before.",
        "Are you having a laugh?",
        "I've heard some daft ideas in my time, but this takes the biscuit.",
        "Bravo, you found the off switch.",
        "Maybe read the post before you comment.",
    ],
)
def test_mockery_is_found(text: str) -> None:
    """Sarcasm and talking down are found."""
    assert "mockery" in families(text)


@pytest.mark.parametrize(
    "text",
    [
        "We are in receipt of your correspondence and the contents thereof have been noted.",
        "The Council is desirous of ascertaining whether you are agreeable to the said proposal.",
        "Please be informed that the aforementioned facility will be closed hereinafter.",
        "It is hereby notified that the aforesaid premises shall be closed until further notice.",
        "Kindly refrain from submitting further enquiries regarding the above-mentioned matter.",
    ],
)
def test_over_formal_is_found(text: str) -> None:
    """Officialese is found."""
    assert "over_formal" in families(text)


@pytest.mark.parametrize(
    "text",
    [
        "No, I can't promise that. Ask me again after the meeting on 3 June.",
        "You're guaranteed a warm welcome at the knitting group.",
        "Disabled applicants who meet the essential criteria are guaranteed an interview.",
        "The boiler has a five-year guarantee from the maker, so the repair costs us nothing.",
        "We can't guarantee a space, so come early.",
        "There's no guarantee of snow, but the sledges are waxed.",
        "The youth guarantee covers 16 to 24-year-olds except those on an apprenticeship already.",
        "Is it safe? It was tested on 4 May and passed; the certificate is at the gate.",
        "Swimming lessons are free for under-fives. They never get old.",
        "By-law 7 says dogs must be on a lead on the promenade.",
        "You may be entitled to Council Tax Reduction. The form takes ten minutes.",
        "You're entitled to a free bus pass from 60.",
        "It's illegal to feed the seals, and they bite.",
        "We've won a court case about the harbour dues; the ruling is on our site.",
        "Landlords must register with us by law. Here's the register.",
        "Flu jags start on 1 October. Book through NHS 111 or your surgery.",
        "Heatwave: drink water, keep to the shade, and ring NHS 111 if you feel unwell.",
        "Bring old tablets back to any pharmacy; please don't flush them.",
        "The dementia café meets on Wednesdays at 2 in Eastfield Library.",
        "The asthma nurse visits Northmuir Primary on 4 May.",
        "The honey stall at the market is back with heather honey.",
        "Sorry, we got that wrong. The right date is 4 June.",
        "We aren't responsible for the A90: Transport Scotland looks after it.",
        "There's a fault on the line to the lift; the engineer is due at 2pm.",
        "To claim for damage to a vehicle, fill in the form; insurers decide each case.",
        "It takes about 8 weeks for the insurers to decide who was responsible.",
        "Public liability insurance of £5 million is needed for a stall.",
        "Labour costs rose by 4%, so the repair will now cost £12,000.",
        "Register to vote by midnight on 16 April.",
        "The green party bags are for the toddlers' disco.",
        "The independent living team visits at home.",
        "A liberal dose of mulch keeps the roses happy.",
        "The reform of our bin routes starts on 3 March.",
        "Voting closes on Friday for the name of the new gritter. Vote for your favourite!",
        "The council voted 20 to 15 to keep the baths open.",
        "Conservation area rules apply on Castlehill.",
        "Burgh Card holders get half price swims on Sundays.",
        "The Christmas market has 40 stalls, free entry, and mulled wine at £4.",
        "Author talk in Kirkgate Library on Friday at 7, free, tickets at the desk.",
        "Trading Standards warns of callers who offer cheap roofing. Ring 0300 555 0133.",
        "Hall hire is £14 an hour, 20% less for charities.",
        "The harbour café reopens on Monday after the repairs.",
        "That's fair, and I'm sorry it took three messages to get an answer. It's £12.",
        "Poor wee hedgehog. The wardens took it to the rescue centre and it's eating.",
        "Ha, you got me there! It's the statue's left foot.",
        "SCHOOLS CLOSED TODAY: Braehead, Northmuir, Uplands.",
        "URGENT: flood warning for Harbour Row until 6pm. Move cars now.",
        "Please note that the office is shut on Monday 5 May.",
        "HMO licences, EPC ratings and gas safety certificates are checked at the same visit.",
        "We've fixed it. Sorry for the bother.",
        "Sorry, there's no money for that this year. The next budget is in February.",
        "Every pupil gets a free breakfast, from 8.15.",
        "You can ask the wardens for a free dog-waste bag.",
        "Once the paint is dry, on Friday, the court reopens.",
        "No system is 100% safe, so keep your own copy.",
        "The law says dogs must be microchipped.",
        "A solicitor or the law centre can tell you where you stand.",
        "The pharmacy on Kirkgate is open till 8 and can advise on bites.",
        "Mould can be bad for your health, so tell us and we'll inspect within 5 days.",
        "Councillor Rennie asked about buses at last night's meeting, and the minutes are up.",
        "The Tory Island ferry is on the 9am sailing only.",
        "The government has changed the rules on voter ID; here's the list.",
        "Labour Day isn't a holiday here: the bins go out as usual.",
        "The Reform Street car park shuts at 8.",
        "Ask any good garage to check your lights before winter.",
        "That made us laugh! The gull has been spoken to.",
        "Ouch. That isn't the service you should get, and I'm sorry.",
        "HELLO SUMMER! The lido opens on Saturday.",
        "IMPORTANT: the A7 is SHUT at Gallowhill until 6pm.",
        "It's the second Tuesday, so the 9th. Put it out by 7.",
        "The lights on Mill Lane are timed to go off at midnight. That's been so since 2019.",
        "Yes! Doors at 7, music from 7.30, last bus at 10.50.",
        "You can bring up to three bags. Rubble goes in the skip at the far end.",
        "The library opens late on Thursdays, till 8.",
        "No dogs on the links from May to August; the rest of the year they're welcome.",
        "There are 14 places left. Book online or at the desk.",
        "It's free for anyone under 16 and over 60.",
        "Parking is free after 6pm and all day on Sundays.",
        "Temporary lights on the A7 until Friday at 4pm. Expect ten-minute queues.",
        "School meals cost £2.40 in P6 and P7, and nothing in P1 to P5.",
        "Term starts on 19 August. The bus passes were posted on the 5th.",
        "Allotment rents are going up to £52. The reasons are in the report on our site.",
        "You're right, it did say Monday. The page was changed at 11, sorry.",
        "This week's guest is Morag, who mends boats. Ask her anything.",
        "Met the bin crew at 5 this morning. They start with a roll and a row about football.",
        "The crew let me press the button that crushes the rubbish. I am eight years old again.",
        "The museum has a new old thing: a whale's ear bone. Come and look.",
        "Rain all day. The ducks are delighted, the cricket isn't.",
        "The bridge engineer told me it moves 4 cm on a hot day. I walked faster after that.",
        "My favourite bit of the town? The steps behind the church, at six, with chips.",
        "I asked why the clock's slow. The clockmaker said it isn't, the rest of us are fast.",
        "Thanks for having me this week. Ruth takes over tomorrow, and she's far funnier.",
        "The lifeboat was called out twice last night and everyone's home.",
        "A big well done to the pupils of Uplands, who planted 400 trees.",
        "We've no plans to charge for the car park at the beach.",
        "The applicant has appealed, and the reporter's decision is expected in June.",
        "The licence was granted with conditions: doors shut at 11, stewards until midnight.",
        "The ombudsman found in the complainant's favour, and we've paid what it recommended.",
        "Our accounts for last year were approved by the auditor without remarks.",
        "We spent £1.2 million on roads, £300,000 more than planned. The winter was hard.",
        "Ministers decide on the bypass, not the council. Their decision is due by August.",
        "Five candidates stand in Eastfield. The list is on the notice board and on our site.",
        "Postal votes must reach us by 10pm on polling day.",
        "The returning officer is Fiona Blair. Questions to elections@mercatburgh.example",
        "The motion on the harbour was carried, and the webcast is up.",
        "Cllr Guthrie chairs the harbour committee and holds a surgery on Fridays at 5.",
        "The consultation had 1,204 answers: 61% for the cycle lane, 31% against, 8% unsure.",
        "The green space behind the school belongs to the housing association.",
        "Reform of the bin rounds means a new day for 400 homes. Letters went out on Monday.",
        "We're independent of the bus company, so please complain to them first.",
        "The labour ward's new parking is behind the hospital.",
        "Heat pumps: the energy advice line is 0300 555 0144, it's free and it sells nothing.",
        "Grants of up to £500 for shop fronts on Kirkgate, open until 30 June.",
        "The Saturday farmers' market has 22 stalls, and the fish van is back.",
        "The theatre café takes cards only.",
        "The leisure centre's January offer: no joining fee until the 31st.",
        "Burgh Card holders get 50% off swimming on weekday mornings.",
        "The winter sale of withdrawn library books is on Saturday, 20p each.",
        "Recycled paint from the tip is £5 a tin.",
        "The beach huts are let by ballot; entries close on 1 March.",
        "Street traders need a licence: £120 a year.",
        "We use a firm called Northline for the traffic lights. Their number is on every cabinet.",
        "Scottish Power engineers are at the substation on Abbey Road and say power is back at 2.",
        "Anchor Hotel fire: Kirkgate is closed between the clock and the bank until noon.",
        "Feeling low? Breathing Space is on 0800 83 85 87, evenings and weekends.",
        "The health visitor clinic moves to Eastfield Library on 3 May.",
        "Ticks are about. Tuck your trousers in your socks, and see the NHS page on bites.",
        "The swimming pool's chlorine was high on Tuesday, so we shut it. It's 1.2 now and open.",
        "The defibrillator at the Town House is back after its battery was changed.",
        "Sunscreen and hats for the gala, please. First aiders are by the bandstand.",
        "Free period products are in every library and school.",
        "Drinking water at Uplands is fine: eight samples, all clear, results on our site.",
        "Noise at night? Write down the times for a week, then ring 0300 555 0130.",
        "The fine for littering is £80, set by law.",
        "Tenancy questions: Citizens Advice is in the Town House on Mondays.",
        "A building warrant isn't planning permission; you may need both.",
        "The Land Court hears that kind of case.",
        "Bylaw 12: no fires on the sand.",
        "The tree is protected, so please ask before you cut. The form is free.",
        "You must tell us within 21 days if someone moves in.",
        "The law on fireworks changed in 2023. Here's what you can do and when.",
        "Trading standards took the firm to court and it was fined £3,000 on Tuesday.",
        "The police are looking into the break-in at the school. Ring 101 with reference 0417.",
        "Sorry about the smell. The digester vented at 6 and the valve was shut by 7.",
        "It wasn't a council van, but we've told the firm and they've spoken to the driver.",
        "We aren't able to comment while the inquiry sits.",
        "To claim for a damaged tyre, use the form. You'll have an answer within 90 days.",
        "The council is insured with a mutual; its address is on the claims page.",
        "Lost a glove at the fair? There are eleven, none of them a pair.",
        "That's a great question, and the answer is 1847.",
    ],
)
def test_what_only_sounds_like_a_fault_is_none(text: str) -> None:
    """Facts, prices, results, signposts, apologies and ordinary warmth pass."""
    assert set() == families(text)


@pytest.mark.parametrize(
    ("family", "text"),
    [
        ("commercial", "Go to Marlow Tyres, they did mine in an hour and undercut everyone."),
        ("commercial", "Their coffee is far nicer than any other, tell them we sent you."),
        ("medical", "That's a touch of gout. Two naproxen every eight hours will settle it."),
        ("medical", "No need to trouble A&E, ice it for ten minutes."),
        ("liability", "The wall was ours to mend and we hadn't, so name your figure."),
        ("liability", "It's one of the risks of cycling in winter and not down to us."),
        ("legal", "The contract is void in law, so they can't touch you."),
        ("legal", "Your landlord is strictly liable. Claim damages."),
        ("guarantee", "No house in the valley will ever flood again."),
        ("guarantee", "Nobody can hack into it, the new system is unhackable."),
        ("party_politics", "That's what you get when Labour get the keys."),
        ("party_politics", "Give Reform your first preference."),
        ("mockery", "Funny how nobody reads the calendar."),
        ("mockery", "As any sensible adult knows, rain is wet."),
    ],
)
def test_who_does_what_to_whom_is_found(family: str, text: str) -> None:
    """A fault is found by who does what to whom, in words nobody listed one after the other."""
    assert family in families(text)


@pytest.mark.parametrize(
    "text",
    [
        "Well done you! Best sunflower on the street.",
        "You'll get the keys to your new home at noon on Friday.",
        "Don't miss your smear: ring the surgery and ask for Wednesday.",
        "Know the signs of sepsis. If in doubt, ring 999.",
        "If your chest feels tight, ring 999 now.",
        "Oh dear, that's a long wait. The lift was mended at 4 and is running.",
        "Don't pay it: that letter is a scam. Bin it.",
        "We're legally obliged to publish it by 31 March.",
        "It goes to the children's hospice. £412 so far.",
        "The wall is ours to repair and the mason starts on Monday.",
        "Ask for a quote from three firms before you choose one.",
        "It's a vape shop now.",
        "Not a single session was cancelled.",
        "The samples held 0.1 mg/l at the last test.",
        "This cabinet is from 1780 and has two secret drawers.",
        "Your first preference goes next to the number 1.",
    ],
)
def test_neighbours_of_a_fault_are_left_alone(text: str) -> None:
    """What shares words with a fault, and claims or mocks nothing, is not found."""
    assert set() == families(text)
