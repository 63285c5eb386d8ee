"""Finding words about people, by constructions rather than sentences."""

import pytest

from tests.people import people_families


@pytest.mark.parametrize(
    "text",
    [
        "She's a recovering alcoholic and doesn't want visitors.",
        "Your neighbour's on methadone, that's why the chemist van comes.",
        "Tina from the corner house lost her baby last month, please be kind.",
        "Councillor Guthrie has prostate cancer and is standing down.",
        "She has epilepsy and had a seizure at the desk.",
        "The lady at 14 Mill Lane has MS and uses the ramp.",
        "The woman in the end house is pregnant again and was moved up the list.",
        "Priya's anxiety kept her off the rota last week.",
        "Councillor Sheikh is off with depression until the summer.",
        "Karen failed her drug test.",
        "Your wife had a breakdown and asked us to stop the calls.",
        "Ian has been signed off with his nerves.",
        "Your mother's deaf and won't hear the bell.",
        "Your granddaughter's been diagnosed with leukaemia, we're all thinking of her.",
        "The old fellow at number 31 has dementia and wanders at night.",
        "The mother of that boy is a heroin addict.",
        "Mrs Khan had a miscarriage on the ward last week.",
        "Your late father's cancer entitles you to the grant.",
        "Your mother-in-law's Alzheimer's has got worse, says the care team.",
        "He is on the autistic spectrum, hence the noise.",
        "Mrs Laing has lost her sight, that's why the bin stayed out.",
        "Your sister-in-law is being treated for alcoholism at the Rowan unit.",
        "Sadly Ronnie has terminal cancer and won't be running the club.",
    ],
)
def test_the_health_of_somebody_else_is_found(text: str) -> None:
    """Whoever it is, by name, by kin or by where they live, their health is found."""
    assert "about_health" in people_families(text)


@pytest.mark.parametrize(
    "text",
    [
        "Your brother owes three months' rent and has been told.",
        "Your mum gets attendance allowance, so she qualifies.",
        "He's bankrupt, so don't expect the fence to be paid for.",
        "She was evicted from Mill Lane for not paying and lives with her mother now.",
        "The lodger is claiming housing benefit at two addresses.",
        "Your gran's on pension credit so she pays nothing.",
        "Mrs Boyle is three months behind with her rent.",
        "Ms Farrell's bailiffs come at noon, so the lane will be blocked.",
        "Yes, Dougie has been on the dole since the mill shut.",
        "Mr Begum next to you has just had his PIP refused, so he's in a mood.",
        "The family in 4B are living on food parcels.",
    ],
)
def test_the_benefits_and_debts_of_somebody_else_is_found(text: str) -> None:
    """What somebody lives on or owes is found."""
    assert "about_benefits" in people_families(text)


@pytest.mark.parametrize(
    "text",
    [
        "The couple upstairs are asylum seekers waiting for a decision.",
        "Mr Okafor's visa ran out in June and he isn't entitled to housing.",
        "Ms Yilmaz has indefinite leave to remain, so she was housed first.",
        "The family at the end of the row came here as refugees and only got papers in spring.",
        "Mohammed's leave to remain expired, so the contract ended.",
        "The gentleman at 22 Harbour Row was deported in March.",
        "Mr Nowak is on a work visa, he can't vote here.",
        "She came over on a fiancée visa that has lapsed.",
        "Mr Adeyemi was refused leave to remain, so the school place fell through.",
    ],
)
def test_the_immigration_status_of_somebody_else_is_found(text: str) -> None:
    """How somebody came to be here is found."""
    assert "about_immigration" in people_families(text)


@pytest.mark.parametrize(
    "text",
    [
        "He was convicted of shoplifting in May, so he can't volunteer.",
        "Your son was arrested at the skate park on Saturday.",
        "The man next door is a registered sex offender and we're aware.",
        "The tenant in flat 3 has been in prison twice.",
        "Dave Pringle was sacked for stealing and did six months for it.",
        "Your nephew is on bail and may not come near the library.",
        "Your ex has a restraining order, he can't come to the school gate.",
        "He's got form: two years for robbery.",
        "He lost the taxi licence after a drink-driving conviction.",
        "Her husband beats her, that's why the police car was there.",
        "Your flatmate is being investigated for benefit fraud.",
        "Your stepdad did time for GBH.",
        "She spent two years in Cornton Vale for embezzlement.",
        "Your uncle's on the sex offenders register.",
    ],
)
def test_an_offence_of_somebody_is_found(text: str) -> None:
    """What somebody did, or was tried for, is found."""
    assert "about_offence" in people_families(text)


@pytest.mark.parametrize(
    "text",
    [
        "Your dad's dementia assessment is on Tuesday, so somebody should be in.",
        "We can see from your file that you have bipolar disorder, so the tribunal is adjourned.",
        "As you're diabetic, we've given you priority for the bin with the lid.",
        "Because of your schizophrenia the panel wants a second letter.",
        "Your sister is HIV positive, we have to tell the dentist.",
        "Since you lost your Universal Credit, the free swim pass stops.",
        "Your daughter's eating disorder is why the school rang us.",
        "Your partner told us about your miscarriage, and we're sorry.",
        "Your psychiatrist's letter arrived on the 4th.",
        "We know you take antidepressants, it says so on the form.",
        "Your father's Parkinson's nurse asked us to widen the door.",
        "My notes say you suffer from panic attacks, so we'll ring first.",
        "You were given the flat because you fled domestic violence.",
        "Your student visa doesn't let you claim this.",
        "Since your overdose in June, the nurse visits daily.",
        "You've got a conviction for benefit fraud, that's why.",
        "Our records have you down as HIV positive, is that still so?",
        "You get Carer's Allowance for your son, so the second pass is free.",
        "Your tremor is Parkinson's, so the form goes to the other team.",
        "Because of your learning disability we've written it in pictures.",
        "You've a criminal record, which is why the licence was refused.",
        "We granted it since you receive the disability element of Universal Credit.",
        "Your husband's vasectomy is nothing to do with the council!",
        "Since your stroke in March you've had the higher rate.",
    ],
)
def test_the_circumstances_of_the_person_answered_is_found(text: str) -> None:
    """What is said to somebody of themselves is found, since everybody reads it."""
    assert "about_citizen" in people_families(text)


@pytest.mark.parametrize(
    "text",
    [
        "Can you send us your phone number in a reply?",
        "Please comment with your full address so the crew can find you.",
        "We need your account number to look at this. Pop it below.",
        "Reply with your council tax reference and we'll look.",
        "Which medication are you on? We'll see if the bin for needles applies.",
        "Give us your name, address and NI number here and it's done today.",
        "Name and address please, and we'll send a crew.",
        "Quelle est votre date de naissance ?",
        "Could you share a photo of your passport here?",
        "Remind us of your address and I'll have a look.",
        "Post a picture of the letter with your name and reference on it.",
        "Tell everyone here your house number so the crew knows.",
        "Could you let me know your contact number, thanks.",
        "Who is your GP and what are you being treated for?",
        "What are your bank details? We'll refund it today.",
        "¿Cuál es su dirección?",
        "Sure, what's the name and address please?",
        "Which number can we reach you on? Put it under this post.",
        "I'll look it up: surname, house number and postcode?",
        "Please include your full address in your answer.",
        "Proszę podać tutaj swój adres i numer telefonu.",
        "What's the account number on your bill?",
        "Which flat are you in, and what's your surname?",
        "Post your tenancy reference below.",
        "Can you pop your phone number in a comment?",
        "What is your tenancy reference? We'll look now.",
        "Could you tell us your age and postcode?",
        "I need your mobile number to ring you back.",
        "What's he called, and which flat is he in?",
        "Send a photo of your passport below.",
    ],
)
def test_a_question_for_private_details_is_found(text: str) -> None:
    """Details are found to be asked for, in whatever order and language."""
    assert "asking_in_public" in people_families(text)


@pytest.mark.parametrize(
    "text",
    [
        "Blame Sandra in planning, she sat on it for a month.",
        "It was your neighbour who reported you to us.",
        "Mr Dalgleish at the depot lost your form.",
        "Your own fault for not reading the letter.",
        "The complaint came from Mrs Lowrie at number 6.",
        "You've only yourself to blame, the sign was there.",
        "Robert on the night desk didn't pass it on.",
        "Linda Rae made a hash of the timetable.",
        "Bai Gareth yw hyn i gyd.",
        "The person to blame is Colin Farr in finance.",
        "Ask Mr Hendry why, he's the one who left the gate unlocked.",
        "Stephen Leckie at the bus company can't run a timetable to save himself.",
        "That was Sheila again. She always loses the paperwork.",
        "Tommy's carelessness cost you your fence.",
        "Provost Abercrombie is responsible for this shambles.",
        "Well, if you'd read the letter you'd know. It's nobody's fault but yours.",
        "The surveyor, Ms Clegg, never measured the wall properly.",
        "Our duty officer, Kev, fell asleep and missed the alarm.",
        "Councillor Sheikh broke the rules and you're paying for it.",
        "The lady across the landing reported your dog.",
        "It's Euan's mess; he swapped the routes on Monday.",
        "You didn't bother to read it, so that's on you.",
        "Your neighbour Ted has complained six times about your chickens.",
        "You can thank Councillor Doyle for that, he cut the budget.",
        "The neighbour at number 40 complained about your music.",
        "If you'd bothered to look you'd have seen the sign.",
        "Mr Sloan ordered the wrong size, so you wait.",
        "Our driver Malky didn't bother stopping.",
        "The flood was caused by the engineer, Rab Nairn.",
        "Provost Abercrombie lied to the committee.",
        "Someone two doors along wrote in about your shed.",
        "It was the chap from the ground floor who told us about the van.",
        "If you'd kept the receipt it would have been sorted by now.",
        "Had you checked the board you would have known.",
    ],
)
def test_blame_of_somebody_is_found(text: str) -> None:
    """A culprit or a complainer is found, by name, by trade or by door."""
    assert "blame" in people_families(text)


@pytest.mark.parametrize(
    "text",
    [
        "That's Oliver Kemp from Primary 3, he bit two others.",
        "Your son Finn was excluded on Thursday for fighting.",
        "Aisha, aged seven, read her poem to the provost.",
        "The wee boy at Eastfield nursery who went missing is called Harris.",
        "Baby Noah was born in the snow on Castlehill.",
        "Twelve year old Kayden Black rides this route to school each day.",
        "The boy with the blue scooter is Jake Lennon.",
        "His daughter Chloe attends Gallowhill Primary and gets free school meals.",
        "Two girls hold a cup: Freya Bell, Year 4, and Maryam Hussain, Year 5, Kirkgate School.",
        "The lassie who found the purse is Erin Walls, she's ten and in Mrs Boyd's class.",
        "A big hand for Zara, six, who swam a length!",
        "Harry Dunn, a pupil at Eastfield Primary, was knocked down at the crossing.",
        "The twins, Ruby and Max Lowe, start at Braehead on Monday.",
        "Lily-Rose (5) lost her teddy on the 14, have you seen it?",
        "Young Archie Bell broke the window, he's eleven.",
        "Five-year-old Jamal Ahmed on a cushion with a picture book, Kirkgate Library.",
        "The goalscorer was Zac Innes, nine years old, from Eastfield.",
        "We took statements from Rhys Howell and Amber Quinn in year 5.",
        "Jodie's foster carer brings her at nine.",
        "It's Sofia, she's seven and lives above the bakery.",
        "Pupil Hannah Lyle of Braehead Primary cuts the ribbon.",
        "Your lad Jamie swore at the dinner lady.",
        "Ten-year-old Hollie Gray walks the dog past there at eight.",
        "Skye Rennie (11) and her brother Jack (8) raised £40.",
        "Top marks to Lola Finch of Year 3!",
        "Her name's Ava, she's four and she was found by the swings.",
        "Saul, 9, from Eastfield won the sack race.",
        "Ottilie Marsh of Kirkton Primary won the poetry prize.",
        "Her brother in fifth year was sent home too.",
    ],
)
def test_a_child_who_can_be_told_is_found(text: str) -> None:
    """Name with age, class, school or family is found."""
    assert "child" in people_families(text)


@pytest.mark.parametrize(
    "text",
    [
        "You're a moron and should be ashamed of yourself.",
        "Asylum seekers are vermin.",
        "Only a retard would park like that.",
        "Women can't drive, everyone knows that.",
        "Get lost, you fat cow.",
        "Jews run the council, that's why.",
        "Go and die in a ditch.",
        "Old people are a waste of space.",
        "Pikeys everywhere again.",
        "Your kind aren't welcome in this town.",
        "What a bunch of thieving tinkers.",
        "You people are all the same, lazy and dirty.",
        "Keep your filthy hands off our parks, you tramp.",
        "The disabled get everything and give nothing back.",
        "You'll get a brick through your window if you carry on.",
        "Immigrants are ruining this town.",
        "Nobody likes you, you horrible little man.",
        "Ugly cow.",
        "Refugees should be left to drown.",
        "You're nothing but a parasite.",
        "The Irish are all drunks.",
        "Two fat trolls like you should walk more.",
        "They're all on the fiddle, those asylum people. Send them packing.",
        "You're a disgrace of a human being.",
        "Shut up, you daft old woman.",
        "Nobody wants your sort round here.",
        "You absolute waste of oxygen.",
        "Those gypsies steal everything that isn't nailed down.",
        "People like you should be put down.",
        "Go back where you came from.",
        "Put them back on the boat.",
        "Your kind only come to steal.",
        "Someone should turn the hoses on that lot.",
    ],
)
def test_hate_abuse_and_threats_is_found(text: str) -> None:
    """Contempt for groups, insults and threats are found."""
    assert "hate" in people_families(text)


@pytest.mark.parametrize(
    "text",
    [
        "Rumour has it the new owners are closing the mill.",
        "They say a body was found in the loch.",
        "Everyone on Facebook says the fire was arson.",
        "Seemingly the manager ran off with the takings.",
        "Somebody in the pub told me the bridge failed its test.",
        "Apparently two people were killed on the A7 this morning.",
        "From what I gather they were drunk at the wheel.",
        "Mae sôn bod y llyfrgell yn cau.",
        "Heard on the grapevine: Saturday's fair is off.",
        "Talk at the harbour is that the ferry's been sold to a Dutch firm.",
        "Lots of folk online are claiming the vaccine van made people ill.",
        "We understand from social media that a child was snatched at the gala.",
        "You didn't get this from me, but the chief executive is leaving.",
        "Some are saying it was a gas explosion with two dead.",
        "There's talk that two shops on Kirkgate are fronts for something.",
        "My sister works there and says the results were faked.",
        "Allegedly the contractor paid someone off.",
        "Apparently the reservoir is infected. Pass it on.",
        "According to Twitter the train hit somebody.",
        "I've been hearing that the hotel is to take asylum seekers.",
        "They reckon it was kids that lit it.",
        "My brother saw it: the lorry driver was asleep.",
        "We've had word that the ferry hit something, nothing official.",
        "Rumours are flying that the mill is to be torched again.",
        "Reports on Facebook say a man drowned off the mole.",
        "Not confirmed, but we hear there are casualties.",
        "From what folk are posting, it's a gas leak.",
        "Word in the canteen is they're all being sacked.",
    ],
)
def test_hearsay_is_found(text: str) -> None:
    """What was heard from others is found, whoever is said to have said it."""
    assert "rumour" in people_families(text)


@pytest.mark.parametrize(
    "text",
    [
        "The door code for the community hall is 4471.",
        "Use PIN 7782 at the barrier.",
        "Spare key is under the blue plant pot by the side gate.",
        "Our admin page is at 192.168.4.20 if you want a look.",
        "Keep this to yourself: the leaked draft says the museum will be sold.",
        "The padlock combination is 3-1-7-9.",
        "Log in as admin with password Mercat#2023.",
        "The takings leave the pool every Friday at four in a white van.",
        "The exempt report says forty jobs go in March.",
        "To get in after hours press 3 then 8821 then the star.",
        "Keys are in the meter cupboard behind the left-hand door, it's never locked.",
        "Nobody watches the cameras between midnight and six, just so you know.",
        "Our case system runs on CASEDB-02, it needs a restart.",
        "Entry is by code C2468 at the loading bay.",
        "The janitor leaves the boiler room window open on Fridays.",
        "The alarm engineer's code works on every site: 0000.",
        "The lift override is 3377 if it sticks.",
        "The spare fob is taped under the bench by the door.",
        "From the 3rd to the 17th nobody's in the depot at night.",
        "The strongroom code is the provost's birthday.",
        "Security only walks round at 1 and 4, the rest of the night it's quiet.",
        "Username bins, password BinDay!24.",
        "VPN token is 884213 if you're stuck.",
        "Only Maureen's on tonight, from ten she's by herself.",
        "Door entry is 2020 then the bell sign.",
        "Log on with user: townhall pass: Kelpie77.",
        "Push the back door hard, it doesn't lock.",
        "The passcode for the staff room is 4102.",
        "Type 7731 on the panel and the side door opens.",
        "The password is still the default one.",
        "There's a spare under the second flowerpot.",
        "Takings sit in the back office until Monday.",
    ],
)
def test_a_secret_of_the_house_is_found(text: str) -> None:
    """Codes, passwords, systems, empty hours and what is not out yet are found."""
    assert "secret" in people_families(text)
