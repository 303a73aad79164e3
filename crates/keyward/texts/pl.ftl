# SPDX-License-Identifier: Apache-2.0
#
# What people read, in Polish. Not yet read by a native speaker.

## Actions

action-start-reset = Zresetuj
action-set-up = Skonfiguruj
action-start-recovery = Utwórz nowy klucz bezpieczeństwa
action-cancel = Anuluj
action-close = Zamknij
action-back = Wstecz
action-retry = Spróbuj ponownie
action-resume = Wznów
action-look-again = Sprawdź ponownie
action-confirm-saved = Klucz jest zapisany
action-copy-key = Kopiuj
action-authorise = Potwierdź
action-open-browser = Otwórz stronę
action-check-now = Na stronie już potwierdzono
action-key-taken-over = Aplikacja ma nowy klucz
action-keep-old-key-storage = Zachowaj stary magazyn kluczy
action-unlock = Zweryfikuj kluczem bezpieczeństwa
action-verify-by-session = Zweryfikuj za pomocą innej sesji
action-accept = Zaakceptuj
action-decline = Odrzuć
action-compare-emoji = Porównaj emoji
action-show-code = Pokaż kod QR
action-scan-code = Zeskanuj kod QR
action-they-match = Pasują do siebie
action-they-differ = Nie pasują do siebie
action-it-worked = Tak, udało się
action-it-failed = Nie
action-verify = Zweryfikuj
action-rename = Zmień nazwę
action-sign-out = Wyloguj
action-sign-out-all-others = Wyloguj wszystkie pozostałe sesje
action-it-was-me = To ja
action-look-at-sessions = Przejrzyj sesje
action-examine = Sprawdź, co pomoże
action-lost-key = Nie mam już klucza bezpieczeństwa
action-log-in-again = Zaloguj się ponownie
action-log-out = Wyloguj się z tej sesji
action-export-room-keys = Zapisz klucze wiadomości
action-save = Zapisz

## Fields

field-recovery-key = Klucz bezpieczeństwa
    .hint = Dwanaście grup po cztery znaki; całość zaczyna się od Es
field-passphrase = Fraza bezpieczeństwa
    .hint = Słowa wybrane przez Ciebie
field-new-passphrase = Własna fraza bezpieczeństwa
    .hint = Kilka słów niezwiązanych ze sobą. Pozostaw to pole puste, a klucz bezpieczeństwa zostanie utworzony za Ciebie
field-retyped-key = Nowy klucz bezpieczeństwa, wpisany ponownie
    .hint = Aby mieć pewność, że klucz został zapisany
field-password = Hasło do Twojego konta
    .hint = To, którym się logujesz
field-old-key = Stary klucz bezpieczeństwa lub stara fraza bezpieczeństwa
    .hint = Jeśli masz klucz lub frazę, nowy magazyn kluczy otrzyma wszystko, co zawiera stary
    .hint-of-new-key = Otwiera dziś to, co ma otwierać nowy klucz
field-compromised = Ktoś inny może mieć mój klucz bezpieczeństwa lub moje konto
    .hint = Wtedy stary magazyn kluczy zostanie usunięty, niezależnie od tego, czy udało się go odczytać
    .hint-of-app = Wtedy stary magazyn kluczy zostanie usunięty, gdy tylko aplikacja przeniesie z niego wszystko do nowego
field-keep-old-key-storage = Zachowaj stary magazyn kluczy
    .hint = Stary klucz bezpieczeństwa nadal będzie go otwierać
field-turn-on-key-storage = Włącz magazyn kluczy
    .hint = Nowa sesja może odczytać Twoją historię tylko wtedy, gdy istnieje magazyn kluczy
field-session-name = Nazwa sesji
    .hint = Mogą ją zobaczyć osoby, z którymi rozmawiasz

## Security Key, spoken letter by letter

key-spoken-capital = wielkie { $letter }

## What is named in several places

heading-digital-identity = Tożsamość cyfrowa
heading-security-key = Klucz bezpieczeństwa
heading-key-storage = Magazyn kluczy
heading-session = Sesja
heading-only-old-key-opens = Tylko stary klucz otwiera
heading-it-opens = Otwiera
heading-it-does-not-open = Nie otwiera
heading-not-in-secret-storage = Brak w tajnym magazynie

room-keys = { $count ->
    [one] { $count } klucz wiadomości
    [few] { $count } klucze wiadomości
    [many] { $count } kluczy wiadomości
   *[other] { $count } klucza wiadomości
}

progress-of = { $step }: { $done } z { $total }
list-or = { $first } lub { $second }
list-next = { $first }, { $second }

## Reset: what it means

reset-begin-title = Zresetuj swoją tożsamość cyfrową
reset-begin-intro = Ta operacja zresetuje weryfikację krzyżową konta { $user }. Oznacza to:
reset-set-up-title = Skonfiguruj swoją tożsamość cyfrową
reset-set-up-intro = Konto { $user } nie ma jeszcze tożsamości cyfrowej. Ta operacja ją skonfiguruje:
reset-promise = Nic nie zostanie zastąpione, dopóki serwer domowy nie zaakceptuje nowej tożsamości cyfrowej. Do tego czasu możesz anulować w dowolnej chwili.

reset-means-new-identity = Otrzymasz nową tożsamość cyfrową. Starej nie będzie można przywrócić.
reset-means-other-sessions = { $count ->
    [one] { $count } inną sesję trzeba będzie potem zweryfikować albo wylogować.
    [few] { $count } inne sesje trzeba będzie potem zweryfikować albo wylogować.
    [many] { $count } innych sesji trzeba będzie potem zweryfikować albo wylogować.
   *[other] { $count } innej sesji trzeba będzie potem zweryfikować albo wylogować.
}
reset-means-verified-sessions = { $count ->
    [one] { $count } z nich jest teraz zweryfikowana i straci ten status.
    [few] { $count } z nich są teraz zweryfikowane i stracą ten status.
    [many] { $count } z nich jest teraz zweryfikowanych i straci ten status.
   *[other] { $count } z nich jest teraz zweryfikowane i straci ten status.
}
reset-means-sessions-without-encryption = { $count ->
    [one] Nic się nie zmieni w przypadku { $count } sesji bez szyfrowania.
    [few] Nic się nie zmieni w przypadku { $count } sesji bez szyfrowania.
    [many] Nic się nie zmieni w przypadku { $count } sesji bez szyfrowania.
   *[other] Nic się nie zmieni w przypadku { $count } sesji bez szyfrowania.
}
reset-means-contacts = { $count ->
    [one] { $count } zweryfikowany kontakt trzeba będzie zweryfikować ponownie. Ta osoba zobaczy, że Twoja tożsamość cyfrowa się zmieniła.
    [few] { $count } zweryfikowane kontakty trzeba będzie zweryfikować ponownie. Te osoby zobaczą, że Twoja tożsamość cyfrowa się zmieniła.
    [many] { $count } zweryfikowanych kontaktów trzeba będzie zweryfikować ponownie. Te osoby zobaczą, że Twoja tożsamość cyfrowa się zmieniła.
   *[other] { $count } zweryfikowanego kontaktu trzeba będzie zweryfikować ponownie. Te osoby zobaczą, że Twoja tożsamość cyfrowa się zmieniła.
}
reset-means-contacts-unknown = Kontakty zweryfikowane przez Ciebie trzeba będzie zweryfikować ponownie. Te osoby zobaczą, że Twoja tożsamość cyfrowa się zmieniła.

reset-means-first-key = Otrzymasz klucz bezpieczeństwa (klucz przywracania), który należy zapisać w bezpiecznym miejscu.
reset-means-new-key = Otrzymasz nowy klucz bezpieczeństwa (klucz przywracania). Stary klucz i stara fraza bezpieczeństwa niczego już nie otworzą.
reset-means-new-key-but-some = Otrzymasz nowy klucz bezpieczeństwa (klucz przywracania). Stary klucz i stara fraza bezpieczeństwa są potrzebne już tylko do tego, co wymieniono poniżej.
reset-means-other-secrets = { $count ->
    [one] { $count } sekret innego programu można odczytać tylko starym kluczem bezpieczeństwa, tak jak dotychczas.
    [few] { $count } sekrety innych programów można odczytać tylko starym kluczem bezpieczeństwa, tak jak dotychczas.
    [many] { $count } sekretów innych programów można odczytać tylko starym kluczem bezpieczeństwa, tak jak dotychczas.
   *[other] { $count } sekretu innych programów można odczytać tylko starym kluczem bezpieczeństwa, tak jak dotychczas.
}
reset-means-other-secrets-lost = { $count ->
    [one] { $count } sekretu innego programu nigdy już nie będzie można odczytać.
    [few] { $count } sekretów innych programów nigdy już nie będzie można odczytać.
    [many] { $count } sekretów innych programów nigdy już nie będzie można odczytać.
   *[other] { $count } sekretu innych programów nigdy już nie będzie można odczytać.
}

reset-means-storage-off = Magazyn kluczy jest wyłączony dla tego konta i pozostanie wyłączony.
reset-means-storage-of-session = { $count ->
    [0] Zostanie utworzony nowy magazyn kluczy.
    [one] Do nowego magazynu kluczy trafi { $count } klucz wiadomości tej sesji.
    [few] Do nowego magazynu kluczy trafią { $count } klucze wiadomości tej sesji.
    [many] Do nowego magazynu kluczy trafi { $count } kluczy wiadomości tej sesji.
   *[other] Do nowego magazynu kluczy trafi { $count } klucza wiadomości tej sesji.
}
reset-means-storage-of-old = { $count ->
    [one] Do nowego magazynu kluczy trafi { $count } klucz wiadomości ze starego magazynu.
    [few] Do nowego magazynu kluczy trafią { $count } klucze wiadomości ze starego magazynu.
    [many] Do nowego magazynu kluczy trafi { $count } kluczy wiadomości ze starego magazynu.
   *[other] Do nowego magazynu kluczy trafi { $count } klucza wiadomości ze starego magazynu.
}
reset-means-storage-of-both = { $lacking ->
    [one] Do nowego magazynu kluczy trafi także { $lacking } klucz wiadomości tej sesji, jeśli go tam brakuje.
    [few] Do nowego magazynu kluczy trafią także te spośród { $lacking } kluczy wiadomości tej sesji, których tam brakuje.
    [many] Do nowego magazynu kluczy trafią także te spośród { $lacking } kluczy wiadomości tej sesji, których tam brakuje.
   *[other] Do nowego magazynu kluczy trafi także to, czego tam brakuje spośród { $lacking } klucza wiadomości tej sesji.
}
reset-means-history-stays = Historię wiadomości nadal będzie można odczytać.
reset-means-old-storage-kept = Stary magazyn kluczy zostanie zachowany.
reset-means-old-storage-deleted = Następnie stary magazyn kluczy zostanie usunięty.
reset-means-old-storage-unread = { $count ->
    [one] Ta sesja nie może odczytać starego magazynu kluczy ({ $count } klucz wiadomości). Zostanie on zachowany, a stary klucz bezpieczeństwa nadal będzie go otwierać. Jeśli masz ten klucz, zatrzymaj się tutaj i najpierw zweryfikuj nim tę sesję: wtedy nic nie pozostanie w starym magazynie.
    [few] Ta sesja nie może odczytać starego magazynu kluczy ({ $count } klucze wiadomości). Zostanie on zachowany, a stary klucz bezpieczeństwa nadal będzie go otwierać. Jeśli masz ten klucz, zatrzymaj się tutaj i najpierw zweryfikuj nim tę sesję: wtedy nic nie pozostanie w starym magazynie.
    [many] Ta sesja nie może odczytać starego magazynu kluczy ({ $count } kluczy wiadomości). Zostanie on zachowany, a stary klucz bezpieczeństwa nadal będzie go otwierać. Jeśli masz ten klucz, zatrzymaj się tutaj i najpierw zweryfikuj nim tę sesję: wtedy nic nie pozostanie w starym magazynie.
   *[other] Ta sesja nie może odczytać starego magazynu kluczy ({ $count } klucza wiadomości). Zostanie on zachowany, a stary klucz bezpieczeństwa nadal będzie go otwierać. Jeśli masz ten klucz, zatrzymaj się tutaj i najpierw zweryfikuj nim tę sesję: wtedy nic nie pozostanie w starym magazynie.
}
reset-means-old-storage-lost = { $count ->
    [one] Ta sesja nie może odczytać starego magazynu kluczy ({ $count } klucz wiadomości), a magazyn ten zostanie usunięty, ponieważ ktoś inny może mieć stary klucz. Wiadomości, które wymagają kluczy z tego magazynu, będzie można potem odczytać tylko tam, gdzie można je odczytać teraz.
    [few] Ta sesja nie może odczytać starego magazynu kluczy ({ $count } klucze wiadomości), a magazyn ten zostanie usunięty, ponieważ ktoś inny może mieć stary klucz. Wiadomości, które wymagają kluczy z tego magazynu, będzie można potem odczytać tylko tam, gdzie można je odczytać teraz.
    [many] Ta sesja nie może odczytać starego magazynu kluczy ({ $count } kluczy wiadomości), a magazyn ten zostanie usunięty, ponieważ ktoś inny może mieć stary klucz. Wiadomości, które wymagają kluczy z tego magazynu, będzie można potem odczytać tylko tam, gdzie można je odczytać teraz.
   *[other] Ta sesja nie może odczytać starego magazynu kluczy ({ $count } klucza wiadomości), a magazyn ten zostanie usunięty, ponieważ ktoś inny może mieć stary klucz. Wiadomości, które wymagają kluczy z tego magazynu, będzie można potem odczytać tylko tam, gdzie można je odczytać teraz.
}
reset-means-old-storage-gone = { $count ->
    [one] Stary magazyn kluczy ({ $count } klucz wiadomości) zostanie usunięty, ponieważ ktoś inny może mieć stary klucz. To, co jest tylko w nim, przepadnie.
    [few] Stary magazyn kluczy ({ $count } klucze wiadomości) zostanie usunięty, ponieważ ktoś inny może mieć stary klucz. To, co jest tylko w nim, przepadnie.
    [many] Stary magazyn kluczy ({ $count } kluczy wiadomości) zostanie usunięty, ponieważ ktoś inny może mieć stary klucz. To, co jest tylko w nim, przepadnie.
   *[other] Stary magazyn kluczy ({ $count } klucza wiadomości) zostanie usunięty, ponieważ ktoś inny może mieć stary klucz. To, co jest tylko w nim, przepadnie.
}
reset-means-older-storages = { $count ->
    [one] { $count } starszego magazynu kluczy na serwerze domowym nie można stąd odczytać. Pozostanie on bez zmian.
    [few] { $count } starszych magazynów kluczy na serwerze domowym nie można stąd odczytać. Pozostaną one bez zmian.
    [many] { $count } starszych magazynów kluczy na serwerze domowym nie można stąd odczytać. Pozostaną one bez zmian.
   *[other] { $count } starszego magazynu kluczy na serwerze domowym nie można stąd odczytać. Pozostaną one bez zmian.
}
reset-means-older-storages-deleted = { $count ->
    [one] { $count } starszego magazynu kluczy na serwerze domowym nie można stąd odczytać. Zostanie on usunięty.
    [few] { $count } starszych magazynów kluczy na serwerze domowym nie można stąd odczytać. Zostaną one usunięte.
    [many] { $count } starszych magazynów kluczy na serwerze domowym nie można stąd odczytać. Zostaną one usunięte.
   *[other] { $count } starszego magazynu kluczy na serwerze domowym nie można stąd odczytać. Zostaną one usunięte.
}
reset-means-app-storage = Zostanie utworzony nowy magazyn kluczy.
reset-means-app-keys = Aplikacja umieści w nowym magazynie kluczy własne klucze wiadomości, gdy będzie mieć nowy klucz bezpieczeństwa.
reset-means-app-old-storage-kept = { $count ->
    [one] Stary magazyn kluczy ({ $count } klucz wiadomości) zostanie zachowany.
    [few] Stary magazyn kluczy ({ $count } klucze wiadomości) zostanie zachowany.
    [many] Stary magazyn kluczy ({ $count } kluczy wiadomości) zostanie zachowany.
   *[other] Stary magazyn kluczy ({ $count } klucza wiadomości) zostanie zachowany.
}
reset-means-app-old-storage-unread = { $count ->
    [one] Stary magazyn kluczy ({ $count } klucz wiadomości) zostanie usunięty tylko wtedy, gdy aplikacja umieści całą jego zawartość w nowym. W przeciwnym razie zostanie zachowany, a stary klucz bezpieczeństwa nadal będzie go otwierać. Jeśli masz ten klucz, najpierw go podaj: wtedy nic nie pozostanie w starym magazynie.
    [few] Stary magazyn kluczy ({ $count } klucze wiadomości) zostanie usunięty tylko wtedy, gdy aplikacja umieści całą jego zawartość w nowym. W przeciwnym razie zostanie zachowany, a stary klucz bezpieczeństwa nadal będzie go otwierać. Jeśli masz ten klucz, najpierw go podaj: wtedy nic nie pozostanie w starym magazynie.
    [many] Stary magazyn kluczy ({ $count } kluczy wiadomości) zostanie usunięty tylko wtedy, gdy aplikacja umieści całą jego zawartość w nowym. W przeciwnym razie zostanie zachowany, a stary klucz bezpieczeństwa nadal będzie go otwierać. Jeśli masz ten klucz, najpierw go podaj: wtedy nic nie pozostanie w starym magazynie.
   *[other] Stary magazyn kluczy ({ $count } klucza wiadomości) zostanie usunięty tylko wtedy, gdy aplikacja umieści całą jego zawartość w nowym. W przeciwnym razie zostanie zachowany, a stary klucz bezpieczeństwa nadal będzie go otwierać. Jeśli masz ten klucz, najpierw go podaj: wtedy nic nie pozostanie w starym magazynie.
}

reset-means-session-stays = Ta sesja pozostanie zalogowana i będzie potem zweryfikowana.
reset-means-hand-over = Na koniec podasz nowy klucz bezpieczeństwa aplikacji, do której należy ta sesja, tak jak podaje się jej każdy klucz bezpieczeństwa.
reset-means-dehydrated-device = Urządzenie, które odbiera wiadomości, gdy jesteś offline, zostanie usunięte; aplikacje utworzą nowe.

reset-smaller-new-key = Resetowanie może nie być potrzebne. Jeśli nie masz już klucza bezpieczeństwa, utwórz inny: ta sesja ma klucze prywatne, więc nic nie zostanie utracone i nikt nie będzie musiał ponownie Cię weryfikować.
reset-smaller-verify = Resetowanie może nie być potrzebne. Jeśli masz pod ręką jedną ze swoich pozostałych zweryfikowanych sesji, zweryfikuj tę sesję za jej pomocą; potem utwórz inny klucz bezpieczeństwa, a nic nie zostanie utracone.
reset-smaller-ask = Resetowanie może nie być potrzebne. Jeśli masz pod ręką jedną ze swoich pozostałych zweryfikowanych sesji, pobierz z niej klucze prywatne; potem utwórz inny klucz bezpieczeństwa.
reset-smaller-other-program = Resetowanie może nie być potrzebne. Jeśli nie masz już klucza bezpieczeństwa, program, do którego należy ta sesja, może utworzyć inny, dopóki ma klucze prywatne, i nic nie zostanie utracone.

## Reset: under way

reset-step-fetch-old-backup = Pobieranie kluczy wiadomości ze starego magazynu kluczy
reset-step-export = Zapisywanie kluczy wiadomości do pliku
reset-step-make-keys = Tworzenie nowych kluczy
reset-step-stage = Przygotowywanie nowego tajnego magazynu obok starego
reset-step-bind = Przełączanie na nową tożsamość cyfrową
reset-step-back-up = Wypełnianie nowego magazynu kluczy
reset-step-clean-up = Usuwanie nieaktualnych danych
reset-working-title = Resetowanie
reset-working-safe = Nadal możesz anulować: nic nie zostało zastąpione.
reset-working-committed = Nowa tożsamość cyfrowa już obowiązuje. Jeśli resetowanie zostanie przerwane, będzie kontynuowane od tego samego miejsca.

save-key-title = Zapisz swój nowy klucz bezpieczeństwa
save-key-why = Ten klucz to jedyna droga do Twojej historii wiadomości, jeśli stracisz wszystkie swoje sesje. Przechowuj go w menedżerze haseł albo na papierze w bezpiecznym miejscu. Nikt nie może Ci go zwrócić.
save-key-then = Dopóki go nie zapiszesz, nic nie zostanie zastąpione.

authorise-title = Potwierdź, że to Ty
authorise-password = Serwer domowy wymaga hasła do Twojego konta.
authorise-browser = Serwer domowy wymaga potwierdzenia na swojej własnej stronie. Otwórz ją, potwierdź tam i wróć tutaj.
authorise-either = Serwer domowy wymaga hasła do Twojego konta albo potwierdzenia na swojej własnej stronie. Wystarczy jedno z dwóch.
authorise-other-account = Na tej stronie potwierdzono operację dla innego konta. Wyloguj się tam i potwierdź ją jako { $user }.
authorise-waiting = Oczekiwanie na stronę. Gdy tam potwierdzisz, dalszy ciąg nastąpi automatycznie.
authorise-reset = Potem nowa tożsamość cyfrowa zacznie obowiązywać.
authorise-sign-out = Potem sesje zostaną wylogowane.

hand-over-title = Podaj nowy klucz bezpieczeństwa swojej aplikacji
hand-over-what = Nowa tożsamość cyfrowa już obowiązuje. Teraz wpisz nowy klucz bezpieczeństwa w aplikacji, do której należy ta sesja, tak jak przy jej weryfikacji. Wszystkie stare dane nadal istnieją.
hand-over-no-storage = Jeśli aplikacja zaproponuje naprawę magazynu kluczy, odrzuć tę propozycję.
hand-over-then = Gdy aplikacja będzie mieć klucz i odczyta nowy magazyn kluczy, potwierdź to tutaj.

reset-done-title = Twoja nowa tożsamość cyfrowa już obowiązuje
reset-done-fingerprint-before = Poprzedni odcisk klucza
reset-done-fingerprint-now = Obecny odcisk klucza
reset-done-contacts = { $count ->
    [one] { $count } kontakt trzeba zweryfikować ponownie.
    [few] { $count } kontakty trzeba zweryfikować ponownie.
    [many] { $count } kontaktów trzeba zweryfikować ponownie.
   *[other] { $count } kontaktu trzeba zweryfikować ponownie.
}
reset-done-contacts-unknown = Kontakty zweryfikowane wcześniej przez Ciebie trzeba zweryfikować ponownie.
reset-done-key = Zapisany przez Ciebie klucz otwiera odtąd wszystko.
reset-done-old-key-keep = Jeśli stary klucz się odnajdzie, zachowaj go: tylko on otwiera stary magazyn kluczy.
reset-done-old-key-some = Stary klucz też trzeba zachować: tylko nim można otworzyć starsze magazyny kluczy lub sekrety innych programów.
reset-done-old-key-useless = Stary klucz do niczego już nie służy. Wyrzuć go, aby nikt nie pomylił kluczy.
reset-done-room-keys = { $count ->
    [one] W nowym magazynie kluczy jest { $count } klucz wiadomości.
    [few] W nowym magazynie kluczy są { $count } klucze wiadomości.
    [many] W nowym magazynie kluczy jest { $count } kluczy wiadomości.
   *[other] W nowym magazynie kluczy jest { $count } klucza wiadomości.
}
reset-done-session = Ta sesja jest zweryfikowana.
reset-done-untrusted = { $count ->
    [one] { $count } sesję trzeba ponownie zweryfikować albo wylogować.
    [few] { $count } sesje trzeba ponownie zweryfikować albo wylogować.
    [many] { $count } sesji trzeba ponownie zweryfikować albo wylogować.
   *[other] { $count } sesji trzeba ponownie zweryfikować albo wylogować.
}
old-storage-drained = Wszystkie klucze wiadomości ze starego magazynu kluczy są w nowym; stary został usunięty.
old-storage-kept = Stary magazyn kluczy nadal jest na serwerze domowym. Otworzy go stary klucz bezpieczeństwa, jeśli kiedyś się odnajdzie.
old-storage-none = Starego magazynu kluczy nie było.
old-storage-deleted = Stary magazyn kluczy został usunięty; to, co było tylko w nim, zostało utracone.
old-storage-in-the-way = Serwer domowy nadal używa starego magazynu kluczy i nie przyjmuje nowego. Kluczy wiadomości tej sesji nie ma w żadnym nowym magazynie kluczy: zapisz je do pliku.
old-storage-in-the-way-of-app = Serwer domowy nadal używa starego magazynu kluczy i nie przyjmuje nowego.

reset-stopped-title = Resetowanie zatrzymało się
reset-stopped-before = Nic nie zostało zastąpione.
reset-stopped-after = Nowa tożsamość cyfrowa już obowiązuje i nic nie zostało utracone. Resetowanie można dokończyć w dowolnej chwili.
reset-cancelled-title = Resetowanie zostało anulowane
reset-cancelled = To, co dodało resetowanie, zostało wycofane, a stary klucz bezpieczeństwa nadal obowiązuje. Jeśli serwer domowy został już poproszony o przyjęcie nowej tożsamości cyfrowej, zachowaj oba klucze, dopóki sprawdzenie konta nie pokaże, który z nich obowiązuje.

reset-pending-title = Resetowanie zostało przerwane
reset-pending-staged = Nic nie zostało zastąpione. Możesz wznowić resetowanie albo je anulować.
reset-pending-committed = Twoja nowa tożsamość cyfrowa już obowiązuje. Wznów resetowanie, aby je dokończyć; nic nie zostało utracone.
reset-pending-handing-over = Twoja nowa tożsamość cyfrowa już obowiązuje. Wznów resetowanie, aby podać nowy klucz bezpieczeństwa swojej aplikacji.

## New Security Key

recovery-begin-title = Utwórz nowy klucz bezpieczeństwa
recovery-begin-intro = Ta operacja utworzy nowy klucz bezpieczeństwa (klucz przywracania) dla konta { $user }. Oznacza to:
recovery-means-key = Otrzymasz nowy klucz. Stary klucz i stara fraza bezpieczeństwa nie będą już potem do niczego służyć.
recovery-means-identity = Pozostanie bez zmian. Nikt nie straci zaufania: żadnej sesji ani żadnego kontaktu nie trzeba będzie weryfikować ponownie.
recovery-means-storage-stays = Pozostanie wraz z całą zawartością.
recovery-means-storage-closed = Pozostanie, ale ta sesja nie ma do niego klucza, więc nowy klucz bezpieczeństwa go nie otworzy. Jeśli masz stary klucz bezpieczeństwa, zatrzymaj się tutaj i najpierw zweryfikuj nim tę sesję.
recovery-promise = Hasło nie jest potrzebne. Stary klucz obowiązuje, dopóki nie zapiszesz nowego; do tego czasu możesz anulować w dowolnej chwili.

recovery-working-title = Tworzenie nowego klucza bezpieczeństwa
recovery-step-make-key = Tworzenie nowego klucza
recovery-step-stage = Zapisywanie Twoich sekretów pod nowym kluczem, obok starego
recovery-step-switch = Przełączanie na nowy klucz
recovery-step-clean-up = Usuwanie tego, co jest pod starym kluczem
recovery-working-safe = Nadal możesz anulować: obowiązuje stary klucz.
recovery-working-committed = Tej operacji nie można już anulować. Jeśli zostanie przerwana, będzie kontynuowana od tego samego miejsca.

recovery-done-title = Twój nowy klucz bezpieczeństwa już obowiązuje
recovery-done-key = Zapisany przez Ciebie klucz otwiera odtąd Twój tajny magazyn.
recovery-done-old-key-useless = Stary klucz do niczego już nie służy. Wyrzuć go, aby nikt nie pomylił kluczy.
recovery-done-old-key-keep = Jeśli stary klucz się odnajdzie, zachowaj go: tylko on otwiera to, co wymieniono poniżej.
recovery-done-storage-closed = Ta sesja nie ma klucza do magazynu kluczy, więc nowy klucz bezpieczeństwa go nie otwiera, a nowe klucze wiadomości tej sesji do niego nie trafiają.
recovery-done-identity = Bez zmian: kto był zweryfikowany, nadal jest zweryfikowany.
recovery-old-opens-storage-or-earlier = Magazyn kluczy lub jeden z wcześniejszych
recovery-old-opens-earlier-storage = Wcześniejszy magazyn kluczy
recovery-old-opens-dehydrated-device = Urządzenie, które odbiera wiadomości, gdy jesteś offline
recovery-old-opens-other-program = Sekret innego programu ({ $name })

recovery-stopped-title = Tworzenie nowego klucza bezpieczeństwa nie jest dokończone
recovery-stopped-before = Obowiązuje stary klucz bezpieczeństwa.
recovery-stopped-after = Nowy klucz bezpieczeństwa obowiązuje albo zacznie obowiązywać po wznowieniu. Do tego czasu zachowaj oba klucze.
recovery-cancelled-title = Nie utworzono nowego klucza bezpieczeństwa
recovery-cancelled = To, co dodano, zostało wycofane, a stary klucz bezpieczeństwa nadal obowiązuje. Jeśli przełączanie na nowy już się rozpoczęło, zachowaj oba, dopóki sprawdzenie konta nie pokaże, który z nich obowiązuje.
recovery-pending-title = Tworzenie nowego klucza bezpieczeństwa nie zostało dokończone
recovery-pending-staged = Obowiązuje stary klucz. Możesz wznowić tworzenie nowego klucza albo je anulować.
recovery-pending-committed = Trwa przełączanie na nowy klucz. Wznów je, aby je dokończyć; nic nie zostało utracone.

## What a key opens

check-title = Co można otworzyć tym kluczem bezpieczeństwa
check-is-default = To jest klucz bezpieczeństwa tego konta, o który prosi każda aplikacja.
check-is-not-default = To jest klucz tego konta, ale nie ten, o który proszą aplikacje: jeszcze nie obowiązuje albo już nie obowiązuje.
check-opens-all = Otwiera wszystko. Przechowuj go w bezpiecznym miejscu.
check-opens-all-not-default = Otwiera wszystko. Sprawdź, czy tworzenie nowego klucza bezpieczeństwa nie czeka na dokończenie.
check-opens-some = Nie otwiera wszystkiego. Utwórz nowy klucz bezpieczeństwa w zweryfikowanej sesji, która ma klucze prywatne.
check-opens-some-elsewhere = Nie otwiera wszystkiego. Utwórz nowy klucz bezpieczeństwa w programie, do którego należy ta sesja.
secret-identity = Tożsamość cyfrowa
secret-master = Tożsamość cyfrowa: klucz główny
secret-self-signing = Tożsamość cyfrowa: klucz, który weryfikuje Twoje sesje
secret-user-signing = Tożsamość cyfrowa: klucz, który weryfikuje kontakty
secret-key-storage = Magazyn kluczy: Twoje zaszyfrowane wiadomości

## Unlock: this session is verified with the Security Key or Phrase

unlock-title = Zweryfikuj tę sesję
unlock-how = Wpisz swój klucz bezpieczeństwa lub swoją frazę bezpieczeństwa. Wtedy ta sesja zostanie zweryfikowana i będzie mogła odczytać Twoją historię wiadomości.
unlock-lost = Jeśli nie masz ani klucza, ani frazy, tę sesję może zweryfikować inna zweryfikowana sesja.
unlock-working = Weryfikowanie tej sesji
unlock-done-title = Ta sesja jest zweryfikowana
unlock-done-storage = Twoja historia wiadomości jest pobierana z magazynu kluczy w miarę otwierania pokoi.
unlock-done-without-storage = Magazyn kluczy nie został otwarty. Starszych wiadomości być może nadal nie będzie można tu odczytać.

## Verification of a session by another

verify-title = Zweryfikuj sesję
verify-waiting = Oczekiwanie na odpowiedź ({ $other }). Gdy pojawi się tam pytanie, zaakceptuj.
verify-requested = O weryfikację prosi { $other }. Zaakceptuj tylko wtedy, gdy weryfikacja została tam rozpoczęta przez Ciebie.
verify-ready = W gotowości jest { $other }.
verify-how = W gotowości jest { $other }. Jak chcesz porównać?
verify-only-scan = Po drugiej stronie ({ $other }) widać kod QR. Zeskanuj go.
verify-show-code = Zeskanuj ten kod po drugiej stronie ({ $other }).
verify-show-code-alternative = Jeśli nie da się tam zeskanować kodu, zamiast tego porównaj emoji.
verify-emoji = Czy { $other } pokazuje te same emoji w tej samej kolejności?
verify-numbers = Czy { $other } pokazuje te same liczby w tej samej kolejności?
verify-time-limit = Sesje przerywają weryfikację po minucie bez odpowiedzi.
verify-scanned = Kod został zeskanowany ({ $other }). Czy widać tam, że się udało?
verify-confirmed = Oczekiwanie na potwierdzenie ({ $other }): potwierdź także tam.
verify-done-title = Zweryfikowano
verify-done = Podpis jest na serwerze domowym.
verify-cancelled-title = Nie zweryfikowano
verify-stopped-title = Weryfikacja zatrzymała się
verify-the-other-session = druga sesja

cancelled-user = Weryfikacja została anulowana. Rozpocznij ją ponownie, gdy obie strony będą gotowe.
cancelled-timed_out = Weryfikacja trwała zbyt długo. Rozpocznij ją ponownie, mając obie sesje pod ręką.
cancelled-mismatched_sas = Emoji lub liczby nie były takie same. Ktoś może podsłuchiwać: sprawdź, czy używasz właściwego serwera domowego, i spróbuj ponownie w innej sieci.
cancelled-mismatched_commitment = Klucze są inne niż oczekiwane. Ktoś może podsłuchiwać albo nie jest to sesja, o którą Ci chodziło: zanim spróbujesz ponownie, przejrzyj listę sesji.
cancelled-key_mismatch = { cancelled-mismatched_commitment }
cancelled-user_mismatch = { cancelled-mismatched_commitment }
cancelled-accepted_elsewhere = Na tę prośbę odpowiedziała inna sesja. Kontynuuj tam.
cancelled-unknown_method = Te dwie sesje nie mają wspólnego sposobu weryfikacji. Spróbuj użyć emoji albo zaktualizuj drugiego klienta.
cancelled-unexpected_message = Te dwie sesje nie zrozumiały się nawzajem. Rozpocznij ponownie; jeśli to się powtórzy, zaktualizuj drugiego klienta.
cancelled-invalid_message = { cancelled-unexpected_message }
cancelled-unknown_transaction = { cancelled-unexpected_message }
cancelled-invalid_qr_code = Zeskanowany kod nie był właściwy. Rozpocznij ponownie i zeskanuj kod, który zostanie wtedy pokazany.
cancelled-another_verification = W tym samym czasie rozpoczęto inną weryfikację, więc obie zostały anulowane. Rozpocznij jedną z nich ponownie.
cancelled-session_gone = Druga sesja została wylogowana. Wyświetl ponownie listę sesji.
cancelled-other = Druga sesja anulowała weryfikację, nie podając powodu, który byłby tu znany. Rozpocznij ponownie.

## Sessions

sessions-title = Sesje
sessions-others = { $count ->
    [0] Nie ma innych sesji.
    [one] { $count } inna sesja
    [few] { $count } inne sesje
    [many] { $count } innych sesji
   *[other] { $count } innej sesji
}
sessions-of-filter = { $count ->
    [0] Nie ma takich sesji.
    [one] { $count } sesja
    [few] { $count } sesje
    [many] { $count } sesji
   *[other] { $count } sesji
}
filter-all = Wszystkie
filter-verified = Zweryfikowane
filter-unverified = Niezweryfikowane
filter-inactive = Nieaktywne
filter-unverifiable = Bez szyfrowania
trust-verified = Zweryfikowana
trust-unverified = Niezweryfikowana
trust-unverifiable = Bez szyfrowania
trust-unverifiable-explained = Nie obsługuje szyfrowania, więc nie można jej zweryfikować
session-inactive = Nieaktywna od co najmniej 90 dni
session-current = Ta sesja

advice-unverified = { $count ->
    [one] { $count } niezweryfikowana sesja: zweryfikuj ją albo wyloguj, jeśli jej nie znasz.
    [few] { $count } niezweryfikowane sesje: zweryfikuj je, a nieznane wyloguj.
    [many] { $count } niezweryfikowanych sesji: zweryfikuj je, a nieznane wyloguj.
   *[other] { $count } niezweryfikowanej sesji: zweryfikuj je, a nieznane wyloguj.
}
advice-unverified-unsure = { $count ->
    [one] { $count } niezweryfikowana sesja, o ile można to stwierdzić w tej sesji.
    [few] { $count } niezweryfikowane sesje, o ile można to stwierdzić w tej sesji.
    [many] { $count } niezweryfikowanych sesji, o ile można to stwierdzić w tej sesji.
   *[other] { $count } niezweryfikowanej sesji, o ile można to stwierdzić w tej sesji.
}
advice-inactive = { $count ->
    [one] { $count } nieaktywna sesja (90 dni lub dłużej): wyloguj ją, jeśli nie jest używana.
    [few] { $count } nieaktywne sesje (90 dni lub dłużej): wyloguj je, jeśli nie są używane.
    [many] { $count } nieaktywnych sesji (90 dni lub dłużej): wyloguj je, jeśli nie są używane.
   *[other] { $count } nieaktywnej sesji (90 dni lub dłużej): wyloguj je, jeśli nie są używane.
}
advice-unlisted = { $count ->
    [one] { $count } sesja, której serwer domowy nie ujawnia na swojej liście: to jego błąd albo czyjeś działanie.
    [few] { $count } sesje, których serwer domowy nie ujawnia na swojej liście: to jego błąd albo czyjeś działanie.
    [many] { $count } sesji, których serwer domowy nie ujawnia na swojej liście: to jego błąd albo czyjeś działanie.
   *[other] { $count } sesji, których serwer domowy nie ujawnia na swojej liście: to jego błąd albo czyjeś działanie.
}
session-unlisted = Serwer domowy pokazuje klucze tej sesji, ale pomija ją na liście sesji
new-login = Nowe logowanie: { $name } ({ $device }), { $ago }. Czy to Ty?

session-name-public = Nazwa publiczna: mogą ją zobaczyć osoby, z którymi rozmawiasz
session-name-is-client = Sesja nie ma nazwy; tak przedstawia się jej klient
session-name-is-id = Sesja nie ma nazwy; to jest jej ID
session-id = ID sesji
session-verification = Weryfikacja
session-last-activity = Ostatnia aktywność
session-activity-unknown = aktywność nieznana
session-ip-address = Adres IP
session-client = Klient
session-kind = Rodzaj
session-push = Powiadomienia push
session-fingerprint = Odcisk klucza
session-first-listed = Po raz pierwszy na tej liście
session-new-login-open = Nowe logowanie, którego nikt nie potwierdził
session-new-login-acknowledged = Nowe logowanie, potwierdzone przez Ciebie
session-renamed = Zmiana nazwy
session-renamed-from-to = Przedtem { $from }, teraz { $to }
session-no-name = brak nazwy
unknown = brak danych
kind-desktop = Komputer
kind-mobile = Urządzenie mobilne
kind-web = Przeglądarka
kind-unknown = nieznany
push-on = włączone
push-off = wyłączone
push-unsupported = nie można ich stąd przełączyć

ago-now = przed chwilą
ago-minutes = { $count ->
    [one] { $count } minutę temu
    [few] { $count } minuty temu
    [many] { $count } minut temu
   *[other] { $count } minuty temu
}
ago-hours = { $count ->
    [one] { $count } godzinę temu
    [few] { $count } godziny temu
    [many] { $count } godzin temu
   *[other] { $count } godziny temu
}
ago-days = { $count ->
    [one] { $count } dzień temu
    [few] { $count } dni temu
    [many] { $count } dni temu
   *[other] { $count } dnia temu
}

rename-title = Zmień nazwę sesji

sign-out-title = { $count ->
    [one] Wylogować { $count } sesję?
    [few] Wylogować { $count } sesje?
    [many] Wylogować { $count } sesji?
   *[other] Wylogować { $count } sesji?
}
sign-out-trust-unknown = { $count ->
    [one] Ta sesja nie jest zweryfikowana, więc nie może stwierdzić, czy tamta jest zweryfikowana i prawdopodobnie należy do Ciebie.
    [few] Ta sesja nie jest zweryfikowana, więc nie może stwierdzić, które z nich są zweryfikowane i prawdopodobnie należą do Ciebie.
    [many] Ta sesja nie jest zweryfikowana, więc nie może stwierdzić, które z nich są zweryfikowane i prawdopodobnie należą do Ciebie.
   *[other] Ta sesja nie jest zweryfikowana, więc nie może stwierdzić, które z nich są zweryfikowane i prawdopodobnie należą do Ciebie.
}
sign-out-verified = { $count ->
    [one] { $count } z nich jest zweryfikowana, więc prawdopodobnie należy do Ciebie.
    [few] { $count } z nich są zweryfikowane, więc prawdopodobnie należą do Ciebie.
    [many] { $count } z nich jest zweryfikowanych, więc prawdopodobnie należą do Ciebie.
   *[other] { $count } z nich jest zweryfikowane, więc prawdopodobnie należą do Ciebie.
}
sign-out-it-is-verified = Jest zweryfikowana, więc prawdopodobnie należy do Ciebie.
sign-out-seen = { $count ->
    [one] { $count } z nich była aktywna w ciągu ostatnich 24 godzin, więc ktoś jej używa.
    [few] { $count } z nich były aktywne w ciągu ostatnich 24 godzin, więc ktoś ich używa.
    [many] { $count } z nich było aktywnych w ciągu ostatnich 24 godzin, więc ktoś ich używa.
   *[other] { $count } z nich było aktywne w ciągu ostatnich 24 godzin, więc ktoś ich używa.
}
sign-out-it-was-seen = Była aktywna w ciągu ostatnich 24 godzin, więc ktoś jej używa.
sign-out-this = Ta sesja jest wśród nich: nastąpi wylogowanie tutaj.
sign-out-last-session = Nie pozostanie żadna inna sesja, która obsługuje szyfrowanie: Twoje wiadomości otworzy wtedy tylko klucz bezpieczeństwa.
sign-out-unsaved-room-keys = { $count ->
    [one] { $count } klucza wiadomości tej sesji nie ma w żadnym magazynie kluczy. Zapisz go przed wylogowaniem.
    [few] { $count } kluczy wiadomości tej sesji nie ma w żadnym magazynie kluczy. Zapisz je przed wylogowaniem.
    [many] { $count } kluczy wiadomości tej sesji nie ma w żadnym magazynie kluczy. Zapisz je przed wylogowaniem.
   *[other] { $count } klucza wiadomości tej sesji nie ma w żadnym magazynie kluczy. Zapisz je przed wylogowaniem.
}
sign-out-on-page = Na tym serwerze domowym sesje wylogowuje się w przeglądarce, na jego stronie konta.
sign-out-working = Wylogowywanie
sign-out-stopped-title = Wylogowywanie nie zostało dokończone
sign-out-done-title = { $count ->
    [one] Wylogowano { $count } sesję
    [few] Wylogowano { $count } sesje
    [many] Wylogowano { $count } sesji
   *[other] Wylogowano { $count } sesji
}

## Where the screens begin, and what did not work

overview-title = Bezpieczeństwo konta
stopped-title = Nie udało się

## Examination

doctor-title = Stan Twojego konta
doctor-healthy = Zabezpieczenia Twojego konta są w porządku.
doctor-smallest-first = Na pierwszym miejscu wymieniono najmniejszy krok, który pomaga.
doctor-more = { $count ->
    [one] a także jeszcze { $count }
    [few] a także jeszcze { $count }
    [many] a także jeszcze { $count }
   *[other] a także jeszcze { $count }
}
severity-info = Warto wiedzieć
severity-warning = Ostrzeżenie
severity-critical = Ważne

finding-session-unverified = Ta sesja nie jest zweryfikowana: inne osoby i Twoje pozostałe sesje nie mogą wiedzieć, że należy do Ciebie, a wiele aplikacji odmawia współpracy z takimi sesjami. Samo konto na tym nie ucierpiało.
finding-session-keys_missing = Ta sesja jest zweryfikowana, ale nie ma kluczy prywatnych Twojej tożsamości cyfrowej. Działa, ale nie może weryfikować innych sesji ani utworzyć nowego klucza bezpieczeństwa.
finding-session-device_keys_differ = Serwer domowy pokazuje dla tej sesji inne klucze niż te, które ona ma. Albo tę sesję przywrócono ze starej kopii, albo serwer domowy nie jest uczciwy. Wiadomości wysłanych do tej sesji nie można tu odczytać.
finding-session-tokens_exposed = Wcześniejsza wersja pozostawiła tokeny dostępu tej sesji na tym dysku bez szyfrowania, a serwer domowy nie daje możliwości ich wymiany.
finding-identity-missing = Twoje konto nie ma jeszcze tożsamości cyfrowej, więc nie można zweryfikować żadnej sesji i nie ma klucza bezpieczeństwa.
finding-identity-gone = Serwer domowy nie pokazuje już Twojej tożsamości cyfrowej, którą ta sesja zna. Tożsamość cyfrową się zastępuje, ale nigdy się jej nie usuwa: albo serwer domowy przywrócono do wcześniejszego stanu, albo nie jest on uczciwy. Zanim skonfigurujesz inną, poczekaj, czy ta nie wróci.
finding-identity-invalid = Tożsamość cyfrowa, którą pokazuje serwer domowy, jest uszkodzona: jej podpisy są nieprawidłowe, więc nikt nie może na niej polegać.
finding-identity-replaced = Twoja tożsamość cyfrowa jest inna niż ta, którą zweryfikowała ta sesja. Jeśli została zresetowana przez Ciebie na innym urządzeniu, zweryfikuj tę sesję ponownie. Jeśli nie, zrobił to ktoś inny: najpierw zmień hasło, a potem przejrzyj swoje sesje.
finding-secret_storage-missing = Twoje konto nie ma tajnego magazynu, więc nie ma klucza bezpieczeństwa: jeśli stracisz swoje sesje, stracisz razem z nimi swoją historię i swoją tożsamość cyfrową.
finding-secret_storage-no_default = Tajny magazyn istnieje, ale nie wskazuje żadnego klucza bezpieczeństwa, więc żadna aplikacja nie może go otworzyć. Taki stan pozostawia aplikacja, która rozpoczęła resetowanie i go nie dokończyła.
finding-secret_storage-incomplete-both = Twój klucz bezpieczeństwa nie otwiera wszystkiego: nie ma pod nim Twojej tożsamości cyfrowej ani klucza do magazynu kluczy. Przy nowym logowaniu nie udałoby się ich odzyskać.
finding-secret_storage-incomplete-storage = Twój klucz bezpieczeństwa nie otwiera wszystkiego: nie ma pod nim klucza do magazynu kluczy. Przy nowym logowaniu nie udałoby się go odzyskać.
finding-secret_storage-incomplete-identity = Twój klucz bezpieczeństwa nie otwiera wszystkiego: nie ma pod nim Twojej tożsamości cyfrowej. Przy nowym logowaniu nie udałoby się jej odzyskać.
finding-secret_storage-stale = { $count ->
    [one] W tajnym magazynie są wpisy starego klucza, który już nie istnieje. Niczego nie otwierają i w niczym nie szkodzą.
    [few] W tajnym magazynie są wpisy { $count } starych kluczy, które już nie istnieją. Niczego nie otwierają i w niczym nie szkodzą.
    [many] W tajnym magazynie są wpisy { $count } starych kluczy, które już nie istnieją. Niczego nie otwierają i w niczym nie szkodzą.
   *[other] W tajnym magazynie są wpisy { $count } starego klucza, które już nie istnieją. Niczego nie otwierają i w niczym nie szkodzą.
}
finding-secret_storage-wrong_key = Podany klucz bezpieczeństwa (lub fraza bezpieczeństwa) nie jest tym, o który proszą aplikacje: jego miejsce zajął inny.
finding-secret_storage-wrong_key-both = Podany klucz bezpieczeństwa (lub fraza bezpieczeństwa) nie otwiera Twojej tożsamości cyfrowej ani klucza do magazynu kluczy. Albo nie jest on obecnym kluczem, albo jakaś aplikacja zapisała tam coś innego. Przy nowym logowaniu nie udałoby się ich za jego pomocą odzyskać.
finding-secret_storage-wrong_key-storage = Podany klucz bezpieczeństwa (lub fraza bezpieczeństwa) nie otwiera klucza do magazynu kluczy. Albo nie jest on obecnym kluczem, albo jakaś aplikacja zapisała tam coś innego. Przy nowym logowaniu nie udałoby się go za jego pomocą odzyskać.
finding-secret_storage-wrong_key-identity = Podany klucz bezpieczeństwa (lub fraza bezpieczeństwa) nie otwiera Twojej tożsamości cyfrowej. Albo nie jest on obecnym kluczem, albo jakaś aplikacja zapisała tam coś innego. Przy nowym logowaniu nie udałoby się jej za jego pomocą odzyskać.
finding-recovery_key-lost = Nie masz już swojego klucza bezpieczeństwa. Nic nie jest przez to utracone, dopóki jedna z Twoich sesji jest zweryfikowana; utwórz nowy klucz, zanim stracisz ostatnią zweryfikowaną sesję.
finding-backup-missing = Klucze Twoich wiadomości nie mają kopii zapasowej: nowa sesja nie może odczytać Twojej historii, a jeśli stracisz swoje sesje, historia zostanie utracona.
finding-backup-off = Magazyn kluczy jest wyłączony, więc nowa sesja nie może odczytać Twojej historii. Jeśli tak ma być, wszystko jest w porządku.
finding-backup-key_elsewhere = Magazyn kluczy istnieje, ale ta sesja nie ma do niego klucza: klucze wiadomości tej sesji do niego nie trafiają.
finding-backup-behind = { $count ->
    [one] { $count } klucza wiadomości tej sesji nie ma jeszcze w magazynie kluczy.
    [few] { $count } kluczy wiadomości tej sesji nie ma jeszcze w magazynie kluczy.
    [many] { $count } kluczy wiadomości tej sesji nie ma jeszcze w magazynie kluczy.
   *[other] { $count } klucza wiadomości tej sesji nie ma jeszcze w magazynie kluczy.
}
finding-backup-flag_contradicts = Magazyn kluczy istnieje, a ustawienia Twojego konta mówią, że go nie chcesz. Aplikacje nie są zgodne co do tego, co z tych dwojga się liczy, i mogą przestać tworzyć kopię zapasową.
finding-backup-untrusted = Magazynu kluczy na serwerze domowym nie podpisał nikt, komu ta sesja ufa. Jeśli nie jest on Twój, osoba, która go utworzyła, czytałaby to, co tam trafia, dlatego ta sesja niczego tam nie umieszcza.
finding-backup-old_left = { $count ->
    [one] Twój starszy magazyn kluczy nadal istnieje. Za pomocą klucza bezpieczeństwa z tamtego czasu jego zawartość można przenieść do obecnego magazynu.
    [few] Nadal istnieją { $count } starsze wersje Twojego magazynu kluczy. Za pomocą klucza bezpieczeństwa z tamtego czasu ich zawartość można przenieść do obecnego magazynu.
    [many] Nadal istnieje { $count } starszych wersji Twojego magazynu kluczy. Za pomocą klucza bezpieczeństwa z tamtego czasu ich zawartość można przenieść do obecnego magazynu.
   *[other] Nadal istnieje { $count } starszej wersji Twojego magazynu kluczy. Za pomocą klucza bezpieczeństwa z tamtego czasu ich zawartość można przenieść do obecnego magazynu.
}
finding-dehydrated-foreign = Urządzenie, które ma odbierać Twoje wiadomości, gdy jesteś offline, nie jest podpisane przez Twoją tożsamość cyfrową. Jest pozostałością albo należy do kogoś innego, a Ty nie możesz odczytać tego, co ono odbiera.
finding-sessions-unverified = { $count ->
    [one] { $count } inna sesja nie jest zweryfikowana. Jeśli należy do Ciebie, zweryfikuj ją; jeśli jej nie znasz, wyloguj ją i zmień hasło.
    [few] { $count } inne sesje nie są zweryfikowane. Jeśli należą do Ciebie, zweryfikuj je; jeśli ich nie znasz, wyloguj je i zmień hasło.
    [many] { $count } innych sesji nie jest zweryfikowanych. Jeśli należą do Ciebie, zweryfikuj je; jeśli ich nie znasz, wyloguj je i zmień hasło.
   *[other] { $count } innej sesji nie jest zweryfikowane. Jeśli należą do Ciebie, zweryfikuj je; jeśli ich nie znasz, wyloguj je i zmień hasło.
}
finding-sessions-inactive = { $count ->
    [one] { $count } inna sesja nie była aktywna od 90 dni. Sesję, której już nie używasz, można wylogować.
    [few] { $count } inne sesje nie były aktywne od 90 dni. Sesje, których już nie używasz, można wylogować.
    [many] { $count } innych sesji nie było aktywnych od 90 dni. Sesje, których już nie używasz, można wylogować.
   *[other] { $count } innej sesji nie było aktywne od 90 dni. Sesje, których już nie używasz, można wylogować.
}
finding-sessions-keyless = { $count ->
    [one] { $count } inna sesja nie obsługuje szyfrowania.
    [few] { $count } inne sesje nie obsługują szyfrowania.
    [many] { $count } innych sesji nie obsługuje szyfrowania.
   *[other] { $count } innej sesji nie obsługuje szyfrowania.
}
finding-sessions-unlisted = { $count ->
    [one] Serwer domowy pokazuje klucze { $count } sesji, której nie wymienia wśród Twoich sesji. To błąd serwera domowego albo ktoś ukrywa sesję.
    [few] Serwer domowy pokazuje klucze { $count } sesji, których nie wymienia wśród Twoich sesji. To błąd serwera domowego albo ktoś ukrywa sesję.
    [many] Serwer domowy pokazuje klucze { $count } sesji, których nie wymienia wśród Twoich sesji. To błąd serwera domowego albo ktoś ukrywa sesję.
   *[other] Serwer domowy pokazuje klucze { $count } sesji, których nie wymienia wśród Twoich sesji. To błąd serwera domowego albo ktoś ukrywa sesję.
}
finding-server-no_key_backup = Ten serwer domowy nie prowadzi magazynu kluczy, więc nowa sesja nie może odczytać Twojej historii. Aby zachować klucze swoich wiadomości, wyeksportuj je do pliku.
finding-server-no_account_data_list = Ten serwer domowy nie podaje listy tego, co jest przechowywane dla Twojego konta. Nie można zobaczyć, co jeszcze można otworzyć starym kluczem bezpieczeństwa, dlatego stare klucze pozostają tam, gdzie są, a klucza, który nie jest obecnym kluczem, nie można użyć.
finding-contacts-changed = { $count ->
    [one] { $count } kontakt ma inną tożsamość cyfrową niż ta, która została zweryfikowana przez Ciebie. Być może ta osoba ją zresetowała albo ktoś inny się pod nią podszywa. Zapytaj ją o to inną drogą i porównaj z nią emoji, zanim zaczniesz polegać na tym, co do siebie piszecie.
    [few] { $count } kontakty mają inną tożsamość cyfrową niż ta, która została zweryfikowana przez Ciebie. Być może te osoby ją zresetowały albo ktoś inny się pod nie podszywa. Zapytaj je o to inną drogą i porównaj z nimi emoji, zanim zaczniesz polegać na tym, co do siebie piszecie.
    [many] { $count } kontaktów ma inną tożsamość cyfrową niż ta, która została zweryfikowana przez Ciebie. Być może te osoby ją zresetowały albo ktoś inny się pod nie podszywa. Zapytaj je o to inną drogą i porównaj z nimi emoji, zanim zaczniesz polegać na tym, co do siebie piszecie.
   *[other] { $count } kontaktu ma inną tożsamość cyfrową niż ta, która została zweryfikowana przez Ciebie. Być może te osoby ją zresetowały albo ktoś inny się pod nie podszywa. Zapytaj je o to inną drogą i porównaj z nimi emoji, zanim zaczniesz polegać na tym, co do siebie piszecie.
}
finding-contacts-verified_lost = { $count ->
    [one] { $count } kontakt był zweryfikowany przez Ciebie za pomocą poprzedniej tożsamości cyfrowej, której już nie ma. Możesz nadal pisać do tej osoby; czy ktoś nie zajął jej miejsca, będzie wiadomo dopiero wtedy, gdy ponownie porównasz z nią emoji.
    [few] { $count } kontakty były zweryfikowane przez Ciebie za pomocą poprzedniej tożsamości cyfrowej, której już nie ma. Możesz nadal pisać do tych osób; czy ktoś nie zajął ich miejsca, będzie wiadomo dopiero wtedy, gdy ponownie porównasz z nimi emoji.
    [many] { $count } kontaktów było zweryfikowanych przez Ciebie za pomocą poprzedniej tożsamości cyfrowej, której już nie ma. Możesz nadal pisać do tych osób; czy ktoś nie zajął ich miejsca, będzie wiadomo dopiero wtedy, gdy ponownie porównasz z nimi emoji.
   *[other] { $count } kontaktu było zweryfikowane przez Ciebie za pomocą poprzedniej tożsamości cyfrowej, której już nie ma. Możesz nadal pisać do tych osób; czy ktoś nie zajął ich miejsca, będzie wiadomo dopiero wtedy, gdy ponownie porównasz z nimi emoji.
}
finding-flow-pending = Resetowanie lub tworzenie nowego klucza bezpieczeństwa zostało przerwane i czeka. Dopóki nie zostanie dokończone lub anulowane, nie można rozpocząć niczego innego, co zmienia klucze.

## What mends it

remedy-unlock = Zweryfikuj tę sesję kluczem bezpieczeństwa lub frazą bezpieczeństwa
remedy-verify_by_session = Zweryfikuj tę sesję za pomocą innej, porównując emoji lub skanując kod QR
remedy-ask_other_sessions = Poproś swoje pozostałe sesje o klucze prywatne
remedy-sign_this_session = Podpisz tę sesję kluczami prywatnymi, które ona ma
remedy-write_secret_storage = Zapisz to, czego brakuje, w tajnym magazynie, pod obecnym kluczem bezpieczeństwa
remedy-new_recovery_key = Utwórz nowy klucz bezpieczeństwa
remedy-make_backup = Utwórz magazyn kluczy
remedy-upload_room_keys = Prześlij do magazynu kluczy to, czego w nim brakuje
remedy-say_backup_is_wanted = Zaznacz, że chcesz mieć magazyn kluczy
remedy-recover_room_keys = Przenieś zawartość do obecnego magazynu kluczy
remedy-remove_dehydrated_device = Usuń to urządzenie
remedy-look_at_sessions = Przejrzyj sesje
remedy-verify_contacts_again = Porównaj emoji z kontaktami w aplikacji, w której do nich piszesz
remedy-dismiss_contacts = Pozostaw kontakty bez weryfikacji i nie przypominaj o tym więcej
remedy-log_in_again = Wyloguj się, a potem zaloguj się ponownie
remedy-resume_reset = Wznów resetowanie
remedy-cancel_reset = Anuluj resetowanie
remedy-resume_recovery = Wznów tworzenie nowego klucza bezpieczeństwa
remedy-cancel_recovery = Anuluj tworzenie nowego klucza bezpieczeństwa
remedy-in_other_program = Zrób to w programie, do którego należy ta sesja
remedy-set_up = Skonfiguruj tożsamość cyfrową, klucz bezpieczeństwa i magazyn kluczy
remedy-reset = Zresetuj: nowa tożsamość cyfrowa
remedy-alone = { $remedy }.
remedy-by-sessions = { $remedy } (możliwe sesje: { $sessions }).

consequence-nothing_is_lost = Nic nie zostanie utracone i nikt nie będzie musiał ponownie Cię weryfikować.
consequence-sessions_lose_trust = { $count ->
    [0] Żadna inna Twoja sesja nie jest teraz zweryfikowana.
    [one] { $count } inną sesję trzeba będzie zweryfikować ponownie.
    [few] { $count } inne sesje trzeba będzie zweryfikować ponownie.
    [many] { $count } innych sesji trzeba będzie zweryfikować ponownie.
   *[other] { $count } innej sesji trzeba będzie zweryfikować ponownie.
}
consequence-room_keys_uploaded = { $count ->
    [one] Do magazynu kluczy trafi { $count } klucz wiadomości.
    [few] Do magazynu kluczy trafią { $count } klucze wiadomości.
    [many] Do magazynu kluczy trafi { $count } kluczy wiadomości.
   *[other] Do magazynu kluczy trafi { $count } klucza wiadomości.
}
consequence-room_keys_need_old_key = { $count ->
    [one] { $count } klucz wiadomości w obecnym magazynie kluczy wymaga starego klucza bezpieczeństwa.
    [few] { $count } klucze wiadomości w obecnym magazynie kluczy wymagają starego klucza bezpieczeństwa.
    [many] { $count } kluczy wiadomości w obecnym magazynie kluczy wymaga starego klucza bezpieczeństwa.
   *[other] { $count } klucza wiadomości w obecnym magazynie kluczy wymaga starego klucza bezpieczeństwa.
}
consequence-authorisation = Potrzebne jest Twoje hasło albo zatwierdzenie w przeglądarce.
consequence-contacts_verify_again = Osoby, które Cię zweryfikowały, będą musiały zrobić to ponownie.
consequence-no_messages_while_offline = Dopóki aplikacja nie utworzy nowego urządzenia, nic nie będzie odbierać Twoich wiadomości, gdy jesteś offline.

## What went wrong. Each is named after the code of the error

error-account-closed = To konto zostało zamknięte. Najpierw je przywróć.
error-account-paused = To konto zostało wstrzymane. Wznów je, a potem spróbuj ponownie.

error-attach-homeserver = Adres serwera domowego musi zaczynać się od https://.
error-attach-id = ID użytkownika ma postać @alice:example.org, a ID urządzenia nie może być puste.
error-attach-key = Klucz ma 43 znaki base64, tak jak pokazują go inne sesje (klucz sesji, odcisk klucza).
error-attach-reset_pending = Czeka tu resetowanie lub tworzenie nowego klucza bezpieczeństwa albo ostatnie żądanie tej operacji może jeszcze dotrzeć, a jej nowych kluczy może nie być nigdzie indziej. Najpierw dokończ ją lub anuluj albo z niej zrezygnuj.

error-auth-browser_needed = Ten serwer domowy wymaga, aby autoryzować to w przeglądarce.
error-auth-not_approved = Nikt jeszcze nie autoryzował tego w przeglądarce albo zatwierdzenie wygasło. Spróbuj ponownie.
error-auth-unsupported = Ten serwer domowy wymaga autoryzacji, która nie jest obsługiwana: { $stages }.
error-auth-wrong_password = To hasło jest błędne. Spróbuj ponownie.

error-discovery-certificate = Certyfikat serwera, który tam odpowiada, jest nieprawidłowy: ktoś inny może odpowiadać w jego miejsce. Sprawdź pisownię i datę na tym urządzeniu albo spróbuj w innej sieci.
error-discovery-insecure = Odmówiono użycia zwykłego HTTP: hasła byłyby przesyłane bez szyfrowania. Użyj adresu https://.
error-discovery-not_a_server_name = To nie jest ani nazwa serwera, taka jak example.org, ani adres, taki jak https://matrix.example.org.
error-discovery-not_matrix = Coś tam odpowiada, ale nie jest to serwer domowy Matrix. Sprawdź adres.
error-discovery-unreachable = Nic tam nie odpowiada. Sprawdź pisownię i połączenie.

error-export-disk_full = Nie ma już miejsca na plik: dysk jest pełny.
error-export-empty_passphrase = Hasło do pliku jest puste.
error-export-is_folder = To jest folder, a nie plik.
error-export-no_such_folder = Folder, w którym ma być plik, nie istnieje.
error-export-permission_denied = Zapis w tym miejscu nie jest dozwolony.
error-export-store_failed = Nie można odczytać lokalnej bazy danych: { $cause }.
error-export-store_version = Lokalna baza danych ma wersję schematu { $found }; ta wersja programu odczytuje wersję { $known }.
error-export-write_failed = Nie udało się zapisać pliku: { $cause }.

error-import-changed = Plik zmienił się podczas odczytu.
error-import-damaged = Plik jest uszkodzony.
error-import-disk_full = Lokalna baza danych nie może przyjąć kluczy wiadomości: dysk jest pełny.
error-import-not_a_file = To nie jest zwykły plik.
error-import-not_an_export = To nie jest plik z wyeksportowanymi kluczami wiadomości.
error-import-not_found = Plik nie istnieje.
error-import-not_room_keys = Plik nie zawiera listy kluczy wiadomości.
error-import-permission_denied = Odczyt tego pliku nie jest dozwolony.
error-import-read_failed = Nie udało się odczytać pliku: { $cause }.
error-import-rounds = Ten plik wymaga następującej liczby rund wyprowadzania klucza: { $asked }; dozwolone są wartości od 1 do { $most }.
error-import-store_failed = Lokalna baza danych odrzuciła klucze wiadomości: { $cause }.
error-import-truncated = Plik jest ucięty: brakuje jego końca.
error-import-unsupported_version = Plik ma wersję formatu { $found }; obsługiwana jest tylko wersja 1.
error-import-wrong_passphrase = Hasło do pliku jest błędne albo plik jest uszkodzony.

error-login-already_logged_in = Ten folder zawiera już sesję konta { $user }. Najpierw ją wyloguj albo wybierz inny folder.
error-login-client_refused = Usługa kont serwera domowego odrzuca ten program ({ $code }).
error-login-denied = Logowanie zostało anulowane w przeglądarce. Jeśli to była pomyłka, rozpocznij je ponownie.
error-login-ended = Usługa kont serwera domowego zakończyła logowanie ({ $code }). Rozpocznij je ponownie.
error-login-expired = Logowanie wygasło albo jego odpowiedź została już wcześniej użyta. Rozpocznij je ponownie.
error-login-not_begun = Żadne logowanie nie czeka tu na przeglądarkę. Rozpocznij je ponownie.
error-login-not_offered = Ten serwer domowy nie oferuje tego sposobu logowania.
error-login-other_answer = Ta odpowiedź należy do innego logowania. Dokończ to, które zostało rozpoczęte tutaj, albo rozpocznij je ponownie.
error-login-password_not_offered = Ten serwer domowy nie oferuje logowania hasłem.
error-login-wrong_password = Błędna nazwa użytkownika lub błędne hasło.

error-logout-recovery_pending = Tworzenie nowego klucza bezpieczeństwa nie jest dokończone. Najpierw je wznów lub anuluj.
error-logout-reset_pending = Resetowanie nie jest dokończone, a jego klucze są tylko w tej sesji. Najpierw je wznów lub anuluj.
error-logout-reset_running = Trwa resetowanie tego konta. Najpierw je dokończ lub zatrzymaj.
error-logout-still_signed_in = Serwer domowy twierdzi, że wylogował tę sesję, ale nadal ma ją na liście. Spróbuj ponownie.
error-logout-unsaved_room_keys = { $count ->
    [one] { $count } klucza wiadomości tej sesji nie ma w żadnym magazynie kluczy: zostałby utracony. Najpierw go zapisz.
    [few] { $count } kluczy wiadomości tej sesji nie ma w żadnym magazynie kluczy: zostałyby utracone. Najpierw je zapisz.
    [many] { $count } kluczy wiadomości tej sesji nie ma w żadnym magazynie kluczy: zostałyby utracone. Najpierw je zapisz.
   *[other] { $count } klucza wiadomości tej sesji nie ma w żadnym magazynie kluczy: zostałyby utracone. Najpierw je zapisz.
}

error-network-authority = To nie jest certyfikat urzędu certyfikacji. Użyj pliku w formacie PEM lub DER.
error-network-proxy = To nie jest adres serwera proxy. Użyj http:// lub https:// i jego nazwy; nazwę użytkownika i hasło podaje się osobno.
error-network-user_agent = Tego nie można wysłać jako nazwy klienta (User-Agent). Użyj krótkiego tekstu ze znaków ASCII.
error-push-unsupported = Powiadomień push tamtej sesji nie można stąd przełączyć.

error-recovery-already_committed = Trwa już przełączanie na nowy klucz bezpieczeństwa, więc nie można tego anulować. Wznów, aby dokończyć.
error-recovery-already_running = Trwa już resetowanie tego konta lub tworzenie jego nowego klucza bezpieczeństwa.
error-recovery-empty_passphrase = Fraza bezpieczeństwa jest pusta.
error-recovery-identity_gone = Serwer domowy nie pokazuje już Twojej tożsamości cyfrowej, więc nie można dokończyć tworzenia nowego klucza bezpieczeństwa. Spróbuj ponownie później. Jeśli serwer domowy przywrócono do wcześniejszego stanu, wyeksportuj swoje klucze wiadomości, wyloguj się, zaloguj się ponownie i skonfiguruj nową tożsamość cyfrową.
error-recovery-key_mismatch = To nie jest klucz bezpieczeństwa, który został pokazany. Sprawdź go i wpisz ponownie.
error-recovery-keys_missing = Ta sesja nie ma kluczy prywatnych. Użyj sesji, która je ma, albo zweryfikuj tę sesję za pomocą takiej sesji.
error-recovery-not_kept = Serwer domowy nie zachował nowego klucza bezpieczeństwa. Wznów, aby spróbować ponownie.
error-recovery-not_undone = Serwer domowy nie cofnął tego, co zapisano pod nowym kluczem bezpieczeństwa. Anuluj ponownie.
error-recovery-not_verified = Ta sesja nie jest zweryfikowana. Najpierw ją zweryfikuj kluczem bezpieczeństwa lub za pomocą innej sesji.
error-recovery-nothing_pending = Żaden nowy klucz bezpieczeństwa nie czeka na dokończenie.
error-recovery-out_of_order = Tworzenie nowego klucza bezpieczeństwa czeka na coś innego.
error-recovery-outdated_secret_storage = Tajny magazyn nie zawiera tożsamości cyfrowej tego konta.
error-recovery-pending = Tworzenie nowego klucza bezpieczeństwa czeka na dokończenie. Najpierw je wznów lub anuluj.
error-recovery-reset_pending = Resetowanie czeka na dokończenie. Najpierw je wznów lub anuluj.
error-recovery-staging_not_kept = Serwer domowy nie zachował tego, co zapisano pod nowym kluczem bezpieczeństwa. Nic nie zostało zastąpione. Spróbuj ponownie.
error-recovery-superseded = Inny klient zmienił w międzyczasie tajny magazyn tego konta. Nic nie zostało utracone; rozpocznij ponownie, jeśli nadal potrzebujesz nowego klucza bezpieczeństwa.
error-recovery-unknown_journal = Tworzenie nowego klucza bezpieczeństwa rozpoczęto w innej wersji Keyward. Użyj tamtej wersji, aby je dokończyć.
error-recovery-weak_passphrase = Frazę bezpieczeństwa zbyt łatwo odgadnąć. Użyj kilku słów niezwiązanych ze sobą.

error-rename-not_found = Tamtej sesji już nie ma: została w międzyczasie wylogowana.
error-rename-too_long = Nazwa sesji może mieć najwyżej tyle znaków: { $most }.

error-repair-already_running = Trwa inna operacja, która zmienia klucze. Poczekaj, aż się zakończy.
error-repair-backup_is_there = Istnieje magazyn kluczy, który jest w porządku. Otwórz go kluczem bezpieczeństwa, zamiast tworzyć inny.
error-repair-changed = Konto zmieniło się w międzyczasie. Sprawdź je ponownie.
error-repair-keys_missing = Ta sesja nie ma kluczy, które są do tego potrzebne. Poproś o nie inną sesję albo zweryfikuj tę sesję za pomocą sesji, która je ma.
error-repair-no_backup = Nie ma magazynu kluczy, którego używałaby ta sesja. Utwórz magazyn kluczy albo otwórz go kluczem bezpieczeństwa.
error-repair-no_secret_storage = Tajny magazyn nie wskazuje żadnego klucza bezpieczeństwa. Najpierw utwórz nowy.
error-repair-nobody_answered = Żadna inna sesja nie wysłała jeszcze kluczy. Otwórz jedną ze swoich zweryfikowanych sesji, pozostaw ją otwartą i spróbuj ponownie.
error-repair-not_kept = Serwer domowy nie zachował tego, co zapisano. Spróbuj ponownie.
error-repair-not_verified = { error-recovery-not_verified }
error-repair-opens_no_backup = Ten klucz bezpieczeństwa nie otwiera żadnego starszego magazynu kluczy.
error-repair-pending = Resetowanie lub tworzenie nowego klucza bezpieczeństwa czeka na dokończenie. Najpierw je wznów lub anuluj.
error-repair-would_lose = W tajnym magazynie jest klucz do innego magazynu kluczy i ten klucz zostałby nadpisany. Najpierw utwórz nowy klucz bezpieczeństwa.

error-reset-already_committed = Nowa tożsamość cyfrowa już obowiązuje, więc resetowania nie można anulować. Wznów je, aby je dokończyć.
error-reset-already_running = Trwa już resetowanie tego konta.
error-reset-backup_replaced = Inny klient ciągle zastępuje magazyn kluczy. Wznów resetowanie później.
error-reset-empty_passphrase = { error-recovery-empty_passphrase }
error-reset-finished_elsewhere = To resetowanie zostało już dokończone, a potem utworzono nowszy klucz bezpieczeństwa. Obowiązuje właśnie ten nowszy klucz.
error-reset-host_device = Serwer domowy nie pokazuje kluczy tej sesji. Jeśli w jej aplikacji zalogowano się przed chwilą, poczekaj moment i spróbuj ponownie. W przeciwnym razie nie ufaj temu serwerowi domowemu.
error-reset-key_mismatch = { error-recovery-key_mismatch }
error-reset-no_room_keys = Klucze wiadomości tej sesji przechowuje jej własna aplikacja. Wyeksportuj je tam.
error-reset-not_accepted = Serwer domowy twierdzi, że zaakceptował nową tożsamość cyfrową, ale nadal pokazuje starą. Spróbuj ponownie.
error-reset-not_deleted = Na serwerze domowym nadal jest coś, co można otworzyć starym kluczem bezpieczeństwa. Wznów resetowanie, aby spróbować ponownie.
error-reset-not_kept = Serwer domowy nie zachował tego, co zapisano. Wznów resetowanie, aby spróbować ponownie.
error-reset-not_signed = Serwer domowy nie zaakceptował podpisu tej sesji. Wznów resetowanie, aby spróbować ponownie.
error-reset-not_taken_over = Nowy magazyn kluczy nie zawiera jeszcze wszystkiego, co zawiera stary. Daj aplikacji trochę czasu z nowym kluczem bezpieczeństwa albo zachowaj stary magazyn kluczy.
error-reset-not_undone = Serwer domowy nie cofnął tego, co dodało resetowanie. Anuluj ponownie.
error-reset-nothing_pending = Żadne resetowanie nie czeka na dokończenie.
error-reset-other_pending = { error-recovery-pending }
error-reset-out_of_order = Resetowanie czeka na coś innego.
error-reset-pending = { error-recovery-reset_pending }
error-reset-plan_outdated = Konto zmieniło się od czasu pokazania skutków. Przejrzyj je ponownie.
error-reset-staging_not_kept = Serwer domowy nie zachował nowego tajnego magazynu. Nic nie zostało zastąpione. Spróbuj ponownie.
error-reset-superseded = Inny klient zresetował w międzyczasie to konto. Anuluj to resetowanie; rozpocznij ponownie, jeśli nadal go potrzebujesz.
error-reset-unknown_journal = Przerwane resetowanie rozpoczęto w innej wersji Keyward. Użyj tamtej wersji, aby je dokończyć.
error-reset-weak_passphrase = { error-recovery-weak_passphrase }

error-secret_storage-damaged_secret = Przechowywany sekret jest uszkodzony.
error-secret_storage-key_not_described = Tajny magazyn jest uszkodzony: nigdzie nie ma opisu jego klucza.
error-secret_storage-mistyped_key = To nie jest klucz bezpieczeństwa: jakiś znak jest błędny lub go brakuje. Sprawdź go i wpisz ponownie.
error-secret_storage-no_passphrase = To konto nie ma frazy bezpieczeństwa. Użyj klucza bezpieczeństwa.
error-secret_storage-not_set_up = To konto nie ma tajnego magazynu, który można by otworzyć kluczem bezpieczeństwa.
error-secret_storage-unsupported = Tajny magazyn wymaga czegoś, czego ta wersja odmawia ({ $what }).
error-secret_storage-wrong_key = Ten klucz bezpieczeństwa (lub fraza bezpieczeństwa) nie należy do tego konta.

error-server-certificate = Certyfikat serwera domowego jest nieprawidłowy, więc niczego do niego nie wysłano: ktoś inny może odpowiadać w jego miejsce. Sprawdź datę na tym urządzeniu albo spróbuj w innej sieci.
error-server-failing = Serwer domowy sam ma problem (HTTP { $status }). Spróbuj ponownie później.
error-server-not_understood = Odpowiedź serwera domowego jest niezrozumiała. Czy to jest serwer domowy Matrix i czy nic nie pośredniczy w połączeniu?
error-server-other_session = Token dostępu należy do innej sesji niż ta, która jest dołączona.
error-server-rate_limited = { $seconds ->
    [0] Serwer domowy prosi o odczekanie.
    [one] Serwer domowy prosi o odczekanie { $seconds } sekundy.
    [few] Serwer domowy prosi o odczekanie { $seconds } sekund.
    [many] Serwer domowy prosi o odczekanie { $seconds } sekund.
   *[other] Serwer domowy prosi o odczekanie { $seconds } sekundy.
}
error-server-refused = Serwer domowy odrzucił żądanie ({ $code }, HTTP { $status }).
error-server-session_expired = Ta sesja została wylogowana. Zaloguj się ponownie.
error-server-token_expired = Nie ma tokena dostępu, który serwer domowy by przyjął. Spróbuj ponownie, gdy aplikacja będzie mieć nowy.
error-server-unreachable = Serwer domowy jest nieosiągalny. Sprawdź połączenie i spróbuj ponownie.

error-sign_out-account_management = Na tym serwerze domowym sesje wylogowuje się w przeglądarce, na jego stronie konta.
error-sign_out-current_session = Jest wśród nich ta sesja. Aby ją wylogować, użyj polecenia logout.
error-sign_out-not_verified = Ta sesja nie jest zweryfikowana, więc nie może stwierdzić, które z pozostałych są zweryfikowane. Najpierw ją zweryfikuj.
error-sign_out-still_there = { $count ->
    [one] Serwer domowy twierdzi, że je wylogował, ale { $count } sesja nadal jest zalogowana. Spróbuj ponownie.
    [few] Serwer domowy twierdzi, że je wylogował, ale { $count } sesje nadal są zalogowane. Spróbuj ponownie.
    [many] Serwer domowy twierdzi, że je wylogował, ale { $count } sesji nadal jest zalogowanych. Spróbuj ponownie.
   *[other] Serwer domowy twierdzi, że je wylogował, ale { $count } sesji nadal jest zalogowane. Spróbuj ponownie.
}

error-store-damaged = Lokalna baza danych jest uszkodzona: jakiegoś pliku brakuje albo jest on uszkodzony. Przywróć ją albo przenieś w inne miejsce i zaloguj się ponownie.
error-store-failed = Nie można odczytać ani zapisać lokalnej bazy danych. Sprawdź wolne miejsce na dysku i uprawnienia, a potem spróbuj ponownie.
error-store-in_use = Inny program używa tej bazy danych. Zamknij go i spróbuj ponownie.
error-store-newer_version = Lokalną bazę danych zapisała nowsza wersja Keyward. Użyj tamtej wersji.
error-store-not_logged_in = Nikt nie jest tu zalogowany. Najpierw się zaloguj.
error-store-other_account = Pliki w tym folderze należą do różnych logowań. Przywróć te, które należą do siebie.
error-store-other_user = Folder lokalnej bazy danych należy do innego użytkownika tego komputera albo zamiast pliku jest w nim dowiązanie lub potok. Użyj własnego folderu.
error-store-wrong_key = Klucz nie otwiera lokalnej bazy danych. Należy do innej bazy danych albo został zastąpiony.

error-store_key-wrong_length = Klucz lokalnej bazy danych ma 32 bajty.

error-texts-no_such_argument = Do tekstu { $id } nie podano argumentu { $argument }.
error-texts-syntax = Teksty nie są zapisane w formacie Fluent: { $reason }.
error-texts-unknown = Nie ma tekstu o nazwie { $id }.
error-texts-unusable = Tekst { $id } odwołuje się do czegoś, czego nie ma.

error-unlock-incomplete_secret_storage = { error-recovery-outdated_secret_storage }
error-unlock-not_signed = Serwer domowy nie zaakceptował podpisu tej sesji. Spróbuj ponownie.
error-unlock-outdated_secret_storage = Tajny magazyn zawiera starszą tożsamość cyfrową.

error-verification-already_verified = Ta sesja jest już zweryfikowana.
error-verification-current_session = To jest sesja, której używasz. Można ją zweryfikować z innej sesji albo kluczem bezpieczeństwa.
error-verification-no_encryption = Tamta sesja nie obsługuje szyfrowania, więc nie można jej zweryfikować.
error-verification-no_identity = Serwer domowy nie pokazuje tożsamości cyfrowej tego konta, więc nie można zweryfikować żadnej sesji.
error-verification-nobody_can_sign = Żadna z tych dwóch sesji nie jest zweryfikowana. Najpierw zweryfikuj tę sesję kluczem bezpieczeństwa albo użyj innej.
error-verification-nobody_to_ask = Nie ma innej zweryfikowanej sesji. Zweryfikuj tę sesję kluczem bezpieczeństwa lub frazą bezpieczeństwa.
error-verification-not_found = Nie ma takiej sesji. Być może została wylogowana.
error-verification-not_now = Weryfikacja nie jest (już) na tym etapie.
error-verification-not_signed = Serwer domowy nie ma podpisu, więc sesja nie jest zweryfikowana. Spróbuj ponownie.
error-verification-other_qr_code = Ten kod należy do innej weryfikacji. Zeskanuj ten, który druga sesja pokazuje teraz.
error-verification-unknown_qr_code = To nie jest kod weryfikacyjny Matrix. Zeskanuj ten, który pokazuje druga sesja.

## The emoji of a verification, as the specification names them (Client-Server API, "SAS method: emoji"). It has no Polish names; these are ours

emoji-0 = Pies
emoji-1 = Kot
emoji-2 = Lew
emoji-3 = Koń
emoji-4 = Jednorożec
emoji-5 = Świnia
emoji-6 = Słoń
emoji-7 = Królik
emoji-8 = Panda
emoji-9 = Kogut
emoji-10 = Pingwin
emoji-11 = Żółw
emoji-12 = Ryba
emoji-13 = Ośmiornica
emoji-14 = Motyl
emoji-15 = Kwiat
emoji-16 = Drzewo
emoji-17 = Kaktus
emoji-18 = Grzyb
emoji-19 = Globus
emoji-20 = Księżyc
emoji-21 = Chmura
emoji-22 = Ogień
emoji-23 = Banan
emoji-24 = Jabłko
emoji-25 = Truskawka
emoji-26 = Kukurydza
emoji-27 = Pizza
emoji-28 = Ciasto
emoji-29 = Serce
emoji-30 = Uśmiech
emoji-31 = Robot
emoji-32 = Kapelusz
emoji-33 = Okulary
emoji-34 = Klucz płaski
emoji-35 = Mikołaj
emoji-36 = Kciuk w górę
emoji-37 = Parasol
emoji-38 = Klepsydra
emoji-39 = Zegar
emoji-40 = Prezent
emoji-41 = Żarówka
emoji-42 = Książka
emoji-43 = Ołówek
emoji-44 = Spinacz
emoji-45 = Nożyczki
emoji-46 = Kłódka
emoji-47 = Klucz
emoji-48 = Młotek
emoji-49 = Telefon
emoji-50 = Flaga
emoji-51 = Pociąg
emoji-52 = Rower
emoji-53 = Samolot
emoji-54 = Rakieta
emoji-55 = Puchar
emoji-56 = Piłka
emoji-57 = Gitara
emoji-58 = Trąbka
emoji-59 = Dzwonek
emoji-60 = Kotwica
emoji-61 = Słuchawki
emoji-62 = Folder
emoji-63 = Pinezka
