"""Words that say nothing about what has happened, in the languages of our screens. Small letters without accents."""

_ENGLISH = """
a an and are at be been by can cover covered covers damage damaged day days device did do does for from get gets got
had has have he her his how i if in into is it item items its me my no not of off on onto or our out over pay paid
product she so some somebody someone something than that the their them then there they thing this to up us use used
was we were what when where which while who will with would work working works you your happen happens happened but
still everything other another after before any because anything case one two too just made make go went gone now year
years new
"""
_GERMAN = """
aber alles am an auch auf aus bei beim bin bist da das dass dem den der des die diese dieser doch dort du durch ein eine
einem einen einer eines er es etwas fur gegen geht gerat habe haben hat hatte ich ihm ihn ihr ihre im in ins ist kann
kein keine mein meine meinem meinen meiner mich mir mit nach nicht nichts noch nur ob oder ohne produkt schaden
schutz sein seine sich sie sind so solange uber um und uns unter versichert versicherung vom von vor war was wegen wenn
wer werden wie wieder will wird wurde zu zum zur abgedeckt jahr jahre anderer andere anderen funktioniert mal man
passiert passierte ganz
"""
_FRENCH = """
a ai ainsi apres au aux avec avant avoir car ce cela ces cet cette chez comme couvert couverte d dans de des dommage
dommages du elle en est et ete eu fait fonctionne il ils j je l la le les leur lui m ma mais me mes moi mon n ne nos
notre nous on ont ou par pas plus pour produit qu quand que qui s sa sans se ses si son sont sous sur t tant tout toute
tous toutes un une vos votre vous y appareil objet objets annee annees autre autres arrive encore
"""
_SPANISH = """
a al algo ano anos antes asi aparato articulo con cubierta cubierto como cual cuando dano danos de del desde despues
dispositivo donde e el ella ello en entre era es esta este esto fue funciona funcione ha han hasta hay he la las le les
lo los me mi mientras mis muy nada ni no nos o objeto objetos os otra otro para pero por porque producto que se si sin
sobre son su sus tambien te tiene todo un una uno unos y ya pasa paso sido
"""
_JAPANESE = """
場合 商品 機器 製品 損傷 損害 補償 保険 対象 本体 内部 当初 以内 未満 自分 今日 昨日 中 上 下 前 後 間 時 日 年 月 人 方
私 何 物 者 内 外 事 所 気 手 出 入 使 行 来 見 言 思 付 持
"""
_ARABIC = """
هل هذا هذه ذلك تلك في من علي الي الى عن مع او ثم لا لم لن ما ان انا انت هو هي هم كان كانت كل بعد قبل عند حتي اذا قد ضرر
اضرار جهاز الجهاز منتج المنتج هاتف هاتفي جهازي تغطيه التغطيه مشمول يعمل تعمل اشياء الاشياء سنه اخر اخري بعض شيء يدخل
يحدث تحدث حدث التي الذي يا و ب ل
"""
_IN_PASSING = "accident unfall acciden 事故 حادث حوادث repair warranty garanti"
_NOT_ABOUT = "without except unless ohne ausser sans sauf sin salvo excepto بدون دون سوي باستثناء"
_ENDINGS = """
ings ing ies edly ed en es e s y ly ungen ung em n ees ee ement ements ant ante antes ado ada ados adas ando iendo aron
ieron ido ida idos idas as os a o
"""

SAYS_NOTHING = frozenset(
    word for words in (_ENGLISH, _GERMAN, _FRENCH, _SPANISH, _JAPANESE, _ARABIC) for word in words.split()
)
# Said in passing in half of all passages; as the name of one it is what the passage is about.
ALONE_SAYS_NOTHING = frozenset(_IN_PASSING.split())
# What follows is what the passage is not about, up to the next comma or point.
NOT_ABOUT = frozenset(_NOT_ABOUT.split())
# The longest first: one is taken off, where enough of the word is left.
ENDINGS = tuple(sorted(_ENDINGS.split(), key=len, reverse=True))
