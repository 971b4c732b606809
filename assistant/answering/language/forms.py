"""Small tables of English word forms: contractions, irregular forms, numbers, spellings."""

from __future__ import annotations

# Each line: what is read, then the spellings of it.
_CONTRACTIONS = """
can not: can't cant cannot canot cannt
will not: won't wont
do not: don't dont
does not: doesn't doesnt
did not: didn't didnt
is not: isn't isnt ain't aint
are not: aren't arent
was not: wasn't wasnt
were not: weren't werent
have not: haven't havent
has not: hasn't hasnt
had not: hadn't hadnt
would not: wouldn't wouldnt
should not: shouldn't shouldnt
could not: couldn't couldnt
must not: mustn't mustnt
i am: i'm im
i have: i've ive
i will: i'll
i would: i'd
you are: you're youre
you have: you've youve
you will: you'll youll
you would: you'd
he is: he's
she is: she's shes
it is: it's
it will: it'll
we are: we're
we have: we've weve
we will: we'll
they are: they're theyre
they have: they've theyve
they will: they'll
that is: that's thats
there is: there's theres
what is: what's whats wats
what: wat wht waht wut
when: wen wehn whn
how: hw hwo
who: whoo
which: wich wch
the: teh hte th
does: dos duz
is: iz
have: hav hve
can: cn
because: cuz coz bcuz bcz
before: b4 befor
back: bak
will: wil wll
should: shud shld
would: wud wld
could: cud cld
your: yr
please: plz pls plss
people: ppl
though: tho
right: rite
straight: strait
what are: what're
where is: where's wheres
who is: who's whos
when is: when's whens
why is: why's
how is: how's hows
how do: how'd
let us: let's
want to: wanna
going to: gonna
got to: gotta
give me: gimme
let me: lemme
do not know: dunno
you: u ya
your: ur yr
are: r
please: pls plz plse
because: coz cuz cos bcoz
thanks: thx thanx tks
information: info
number: num
tomorrow: tmrw tmr
today: tdy
message: msg
before: b4
"""

_FORMS = """
be: am is are was were been being
have: has had having
do: does did done doing
go: goes went gone
get: gets got gotten getting
make: made
take: took taken
give: gave given
come: came
see: saw seen
know: knew known
think: thought
say: said
tell: told
find: found
keep: kept
leave: left
lose: lost
feel: felt
buy: bought
bring: brought
pay: paid
send: sent
spend: spent
lend: lent
build: built
sell: sold
hold: held
stand: stood
understand: understood
begin: began begun
break: broke broken
choose: chose chosen
drive: drove driven
eat: ate eaten
fall: fell fallen
fly: flew flown
forget: forgot forgotten
grow: grew grown
hear: heard
hide: hid hidden
drink: drank drunk
mean: meant
meet: met
ride: rode ridden
rise: rose risen
run: ran
shake: shook
sing: sang sung
sleep: slept
speak: spoke spoken
steal: stole stolen
swim: swam swum
teach: taught
throw: threw thrown
wake: woke woken
wear: wore worn
win: won
write: wrote written
catch: caught
freeze: froze frozen
fight: fought
shoot: shot
stick: stuck
bite: bit bitten
bleed: bled
child: children kid kids
man: men
woman: women
person: people persons
tooth: teeth
foot: feet
mouse: mice
good: better best
bad: worse worst
far: further farther
many: more most
less: least fewer
1: one once first
2: two twice second
3: three third
4: four fourth
5: five fifth
6: six
7: seven
8: eight
9: nine
10: ten
11: eleven
12: twelve
15: fifteen
18: eighteen
20: twenty
30: thirty
40: forty
50: fifty
60: sixty
100: hundred
1000: thousand
center: centre centers centres
color: colour colours colors coloured
favor: favour
favorite: favourite
flavor: flavour
honor: honour
labor: labour
neighbor: neighbour
behavior: behaviour
tumor: tumour
program: programme programmes
check: cheque checks cheques checking
jewelry: jewellery
gray: grey
mom: mum mother
dad: father
tire: tyre
theater: theatre
liter: litre
meter: metre
fiber: fibre
license: licence
practice: practise
defense: defence
travel: travelled travelling traveller
cancel: cancelled cancelling cancellation
canceling: cancelling
anesthesia: anaesthesia
anesthetic: anaesthetic
hemoglobin: haemoglobin
estrogen: oestrogen
pediatric: paediatric
gynecologist: gynaecologist
diarrhea: diarrhoea
edema: oedema
ok: okay okey
"""


def _table(text: str) -> dict[str, str]:
    rows = (line.split(": ") for line in text.strip().splitlines())
    return {form: read for read, forms in rows for form in forms.split()}


CONTRACTIONS = _table(_CONTRACTIONS)
FORMS = _table(_FORMS)
