"""Finding what a body claims beyond what it can stand for, and the wrong tone."""

import pytest

from tests.claims import families


@pytest.mark.parametrize(
    "text",
    [
        "No tenant will ever pay more than they do now, that's a promise.",
        "Trust us, the tip will not smell, now or ever.",
        "The vaccine centre will have enough for everybody, you can bank on it.",
        "I can say with total certainty that the ferry will run on Saturday.",
        "There won't be a single power cut this winter.",
        "The new lights can't break.",
        "We'll have every road cleared by 7am, rain, hail or shine, you can count on that.",
        "Our food is always fresh and nobody has ever been ill or ever will be.",
        "It's impossible for the harbour wall to be breached.",
        "We pledge that no school will shut on our watch.",
        "It will definitely never happen again, full stop.",
        "We can promise that no one will lose their home because of the new bypass.",
        "Every bin will be emptied on time this Christmas, guaranteed.",
        "There's zero chance of the dam failing.",
    ],
)
def test_guarantee_is_found(text: str) -> None:
    """A guarantee without its source or exceptions is found, whatever words it takes."""
    assert "guarantee" in families(text)


@pytest.mark.parametrize(
    "text",
    [
        "The way I read the tenancy act, she can't throw you out.",
        "Your fence is on his land so he's perfectly entitled to pull it down.",
        "He assaulted you, that's a crime, and he'd be convicted.",
        "They can't legally charge you for that.",
        "You have grounds for judicial review.",
        "Don't worry, a verbal contract like that doesn't count in law.",
        "That clause is unenforceable.",
        "The objector's claim is bound to fail.",
        "You ought to sue the builder.",
        "In my view the licence holder has broken the terms and should be taken to court.",
        "You're entitled to compensation for that, no question.",
        "Your neighbour is breaking the law and you should sue.",
        "What your boss did is unfair dismissal, plain and simple.",
        "That's illegal of them. Don't pay it.",
    ],
)
def test_legal_is_found(text: str) -> None:
    """An opinion on the law in a case of somebody's is found."""
    assert "legal" in families(text)


@pytest.mark.parametrize(
    "text",
    [
        "Ach, that's nothing but a summer cold. Hot toddy and an early night.",
        "You can safely double up on your painkillers for a day.",
        "No need for the hospital, just strap it up.",
        "If she's wheezing give her two puffs of the blue inhaler.",
        "Swimming in it can't make you ill.",
        "You likely have an ear infection; warm olive oil does the trick.",
        "Come off the tablets for a week and see how you feel.",
        "It's perfectly safe to drink when you're pregnant.",
        "Your dad's confusion is the start of dementia.",
        "That sounds like hay fever. Try an antihistamine.",
        "You've probably got a touch of food poisoning, drink flat cola and rest.",
        "It's just a virus, no need to bother the GP.",
        "Give him some Calpol and keep him cool.",
        "Put vinegar on the wasp sting and you'll be right as rain.",
    ],
)
def test_medical_is_found(text: str) -> None:
    """A diagnosis and a treatment are found, and so is the all-clear."""
    assert "medical" in families(text)


@pytest.mark.parametrize(
    "text",
    [
        "We'll cover your vet's bill since our bait caused it.",
        "Hands up, we messed up and you got hurt because of it.",
        "You won't get a penny from us, the tree wasn't ours.",
        "This was entirely down to our contractor's carelessness.",
        "We should have closed that path, and we didn't.",
        "Yes we're to blame and yes we'll pay.",
        "Nobody but yourself is to blame for parking there.",
        "The flooding of your basement was caused by our blocked gully.",
        "We will refund the cost of your ruined carpet.",
        "It was our fault and we'll pay for the repair.",
        "The council accepts no liability for cars parked there.",
        "We're not responsible for any damage to your vehicle.",
        "Your fall was down to our negligence.",
        "We admit we were to blame for the flood in your cellar.",
    ],
)
def test_liability_is_found(text: str) -> None:
    """Fault admitted, fault denied and money offered are found alike."""
    assert "liability" in families(text)


@pytest.mark.parametrize(
    "text",
    [
        "Honestly the SNP council group saved this pool.",
        "If you want better buses, you know which party to vote for in May.",
        "This is what you get when you elect Tories.",
        "Nigel Farage is talking rubbish about our town.",
        "Say no to the nationalists on polling day.",
        "The Greens' plans would bankrupt us.",
        "Labour's record on housing is second to none.",
        "Proud to stand with our MP Jo Kerr at the campaign launch!",
        "The Tories have starved this town of money for years.",
        "Vote Labour on Thursday!",
        "The SNP are the only ones who care about our harbour.",
        "Westminster has betrayed us yet again.",
        "Don't let the Lib Dems fool you, they voted for the cuts.",
        "Our Green councillors have done a brilliant job on the cycle path.",
    ],
)
def test_party_politics_is_found(text: str) -> None:
    """A side taken between parties or in a vote is found."""
    assert "party_politics" in families(text)


@pytest.mark.parametrize(
    "text",
    [
        "Fancy a bargain? Harbour Furnishings have a sale on, up to half price sofas.",
        "My pal Davie does roofs, give him a bell, dead cheap.",
        "We're teaming up with BrewCo: show this tweet for a free pint.",
        "Buy my mum's jam at the Saturday market, it's the bee's knees.",
        "Get your boiler fixed by Merk Heating, no one does it better.",
        "Sign up to FitBurgh gym before Friday and your first month is free.",
        "My prints make lovely Christmas presents; £25 each, message me to order.",
        "The best insurance for your home is Shieldly.",
        "Download the RideNow app and get £5 off your first taxi.",
        "Use the code MERK10 at the checkout for ten per cent off.",
        "My bakery on Kirkgate does the best sourdough in town, pop in!",
        "This post is sponsored by Harbour Motors.",
        "Get 20% off at Finlay's Carpets this weekend.",
        "You won't find better prices than at Dunn & Co.",
    ],
)
def test_commercial_is_found(text: str) -> None:
    """A business or product promoted is found, the author's own among them."""
    assert "commercial" in families(text)


@pytest.mark.parametrize(
    "text",
    [
        "Some of us have real work to do, so cut it out.",
        "Do you think money grows on trees?",
        "We don't have a magic wand, you know.",
        "You're talking utter nonsense.",
        "Why don't you volunteer instead of carping from the sidelines?",
        "Typical. Never satisfied.",
        "Are you always this rude?",
        "Cry harder.",
        "NO WE WILL NOT BE DOING THAT SO STOP ASKING",
    ],
)
def test_anger_is_found(text: str) -> None:
    """Impatience and reproach are found."""
    assert "anger" in families(text)


@pytest.mark.parametrize(
    "text",
    [
        "Oh you poor soul, having to recycle.",
        "Well spotted, Einstein.",
        "Here's the link again, since reading seems to be a struggle.",
        "It beggars belief that you can't work out a simple timetable.",
        "Oh boo hoo, your bin was late.",
        "Congratulations on finding the one page that isn't broken.",
        "Did you even read our last answer?",
        "It's hardly rocket science, is it.",
        "Well, aren't you a ray of sunshine.",
    ],
)
def test_mockery_is_found(text: str) -> None:
    """Sarcasm and talking down are found."""
    assert "mockery" in families(text)


@pytest.mark.parametrize(
    "text",
    [
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
    ],
)
def test_what_only_sounds_like_a_fault_is_none(text: str) -> None:
    """Facts, prices, results, signposts, apologies and ordinary warmth pass."""
    assert set() == families(text)
