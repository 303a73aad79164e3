# SPDX-License-Identifier: Apache-2.0
#
# What the terminal app itself says, in Polish. Not yet read by a native speaker.

## What several commands say

cancelled = Anulowano.
cancelled-input-ended = Anulowano: dane wejściowe się skończyły.
nothing-was-changed = Nic nie zostało zmienione.
try-again = Spróbować ponownie?
go-on = Kontynuować?
error = Błąd:
not-up-to-date = Dane nieaktualne: { $trouble }
asking-homeserver = Odpytywanie serwera domowego
looking-at-account = Przeglądanie konta
ask-password = Hasło do konta:
ask-access-token = Token dostępu:
open-old-storage = Co otwiera stary magazyn kluczy?
one-of-your-other-sessions = jedna z Twoich pozostałych sesji
impossible-time = w niemożliwym czasie

## Questions

answer-yes = tak
answer-no = nie
answer-default-yes = T/n
answer-default-no = t/N
answer-yes-or-no = Odpowiedz tak lub nie.
answer-all = wszystkie
ask-secret = { $question } (nie jest pokazywane)
secret-hidden = (ukryte)
secret-empty = To pole nie może być puste.
secret-differs = Wpisy nie są takie same. Wpisz oba jeszcze raz.
choose-keys = strzałki przesuwają, Enter wybiera
choose-number = Liczba od 1 do { $last }:
choose-number-wrong = To nie jest żadna z tych liczb.
choose-any-keys = strzałki przesuwają, spacja wybiera, w prawo wybiera wszystkie, w lewo żadne, Enter kontynuuje
choose-any-numbers = Liczby rozdzielone przecinkami, `{ $all }` albo nic:
choose-any-wrong = To nie jest lista tych liczb.
chosen = Wybrano: { $count }

## Progress

step-of = Krok { $number } z { $total }: { $step }
progress-of = { $done } z { $total }
progress-done = gotowe
progress-done-with = { $what } … gotowe

## The new Security Key

key-saved-word = zapisany
key-title = Twój nowy klucz bezpieczeństwa (klucz przywracania)
key-label = Twój nowy klucz bezpieczeństwa (klucz przywracania):
key-advice = Zapisz go teraz: w menedżerze haseł albo na papierze w bezpiecznym miejscu. Otwiera Twoje zaszyfrowane wiadomości i weryfikuje Twoje sesje, gdy nie zostało już nic innego. Nie zostanie pokazany ponownie.
key-type-again = Wpisz klucz jeszcze raz albo `{ $saved }`:
key-type-whole = Wpisz cały klucz albo `{ $saved }`, jeśli jest zapisany.
key-group-differs = To nie jest ten klucz: grupa { $group } z { $total } jest inna. Sprawdź ją i wpisz klucz ponownie.
key-too-long = To więcej niż klucz. Sprawdź wpis i wpisz klucz ponownie.
key-is-saved = Klucz jest zapisany.
key-source = Co ma otwierać Twój tajny magazyn?
key-source-generated = Wygenerowany klucz bezpieczeństwa (zalecane)
key-source-phrase = Własna fraza bezpieczeństwa
key-phrase-hint = Kilka słów niezwiązanych ze sobą łatwo zapamiętać, a trudno odgadnąć. Nie używaj hasła do konta.
key-phrase-new = Nowa fraza bezpieczeństwa:
key-phrase-again = Ta sama fraza jeszcze raz:
key-phrase-opens-the-same = Twoja fraza bezpieczeństwa otwiera to samo; klucz jest na dzień, w którym ją zapomnisz.

## The present Security Key or Phrase

ask-key-kind = Klucz bezpieczeństwa (48 znaków, Es…)
ask-phrase-kind = Fraza bezpieczeństwa
ask-key = Klucz bezpieczeństwa:
ask-phrase = Fraza bezpieczeństwa:

## A browser

browser-how = Jak chcesz potwierdzić, że to Ty?
browser-by-password = Hasłem do konta
browser-by-browser = W przeglądarce
browser-page = { $what }:
browser-page-or-scan = { $what } albo zeskanuj ten kod telefonem:
browser-other-account = Zostało to zrobione na innym koncie. Otwórz stronę ponownie i zrób to jako { $user }
browser-enter-code = { $minutes ->
    [one] Otwórz tę stronę w przeglądarce, na tym urządzeniu lub innym, i wpisz tam kod w ciągu { $minutes } minuty
    [few] Otwórz tę stronę w przeglądarce, na tym urządzeniu lub innym, i wpisz tam kod w ciągu { $minutes } minut
    [many] Otwórz tę stronę w przeglądarce, na tym urządzeniu lub innym, i wpisz tam kod w ciągu { $minutes } minut
   *[other] Otwórz tę stronę w przeglądarce, na tym urządzeniu lub innym, i wpisz tam kod w ciągu { $minutes } minuty
}
browser-code = Kod: { $code }
browser-waiting = Oczekiwanie na przeglądarkę
browser-waiting-with-keys = Oczekiwanie na przeglądarkę; Enter sprawdza teraz, Ctrl-C przerywa

## The key of the local store

store-key-missing = Brakuje klucza lokalnej bazy danych: nie ma go ani w systemowym pęku kluczy, ani w pliku store.key. Umieść go tam z powrotem albo przenieś folder i zaloguj się ponownie.
store-key-missing-without-keyring = Brakuje klucza lokalnej bazy danych: nie ma pliku store.key. Jeśli klucz jest w systemowym pęku kluczy, uruchom polecenie bez --no-keyring i KEYWARD_NO_KEYRING.
store-key-keyring = Klucz lokalnej bazy danych powinien być w systemowym pęku kluczy, którego nie można użyć ({ $cause }). Odblokuj go albo zaloguj się do pulpitu i spróbuj ponownie.
store-key-damaged-entry = Wpis w systemowym pęku kluczy nie jest kluczem bazy danych. Przywróć go z kopii zapasowej.
store-key-damaged-file = Plik store.key nie jest kluczem bazy danych. Przywróć go z kopii zapasowej.
store-key-folder-unwritable = Nie można zapisywać w folderze bazy danych: { $cause }.
store-key-unwritable = Nie można zapisać pliku store.key: { $cause }.
store-key-unreadable = Nie można odczytać pliku store.key: { $cause }.
store-key-left = Nie można usunąć pliku store.key: { $cause }.
store-key-permissions = Inni użytkownicy tego komputera mogą odczytać klucz bazy danych (tryb { $mode }), więc nie jest on używany. Jeśli mu ufasz, uruchom `chmod 600 { $file }` i spróbuj ponownie.
keyring-silent = nie odpowiada
keyring-locked = nie odpowiada albo czeka na odblokowanie
keyring-failed = zapytanie się nie powiodło
keyring-no-access = brak dostępu: { $cause }
keyring-several-entries = ma kilka wpisów dla tej bazy danych
keyring-broken = nie działa

## After an error: what to run next

result-unwritable = Nie można zapisać wyniku: { $cause }.
next-page = Strona serwera domowego, która do tego służy: { $pages }
next-doctor = `keyward doctor` znajdzie najmniejszy środek, który pomoże.
next-session-expired = Klucze wiadomości nadal tu są: `keyward keys export FILE` je zapisze, a potem `keyward logout` usunie pliki tej sesji.
next-not-logged-in = Służy do tego `keyward login --homeserver URL`.
next-not-offered = Bez opcji `keyward login` sprawdza, co serwer oferuje, i pyta.
next-already-logged-in = `keyward logout` wylogowuje, `--data-dir DIR` wybiera inny folder.
next-sign-out-this = `keyward logout` wylogowuje tę sesję.
next-sign-out-not-verified = Służy do tego `keyward unlock`; możesz też podać identyfikatory sesji.
next-unlock = Służy do tego `keyward unlock`.
next-unsaved-room-keys = Służy do tego `keyward keys export FILE`; `keyward logout --discard-keys` z nich rezygnuje.
next-logout-reset-pending = `keyward reset --resume` albo `--cancel`; `keyward logout --discard-keys` rezygnuje z anulowanego.
next-logout-recovery-pending = `keyward recovery new --resume` albo `--cancel`; `keyward logout --discard-keys` z niego rezygnuje, a obowiązujący klucz nadal obowiązuje.
next-recovery-pending = `keyward recovery new --resume` wznawia jego tworzenie; `keyward recovery new --cancel` je cofa, chyba że nowy klucz już obowiązuje.
next-reset-pending = `keyward reset --resume` je wznawia; `keyward reset --cancel` je cofa, chyba że nowa tożsamość cyfrowa już obowiązuje.
next-reset-none = `keyward reset` je rozpoczyna.
next-reset-resume = Służy do tego `keyward reset --resume`.
next-reset-leftovers = `keyward reset --cancel` usunie to, co po nim zostało.
next-verify = Służy do tego `keyward unlock` lub `keyward sessions verify`.
next-fetch-keys = `keyward unlock` pobiera je za pomocą klucza lub frazy bezpieczeństwa, `keyward sessions verify` ze zweryfikowanej sesji.
next-ask-for-keys = `keyward doctor --fix session.keys_missing` o nie prosi.
next-repair-pending = `keyward doctor` to wskaże.
next-unlock-opens = `keyward unlock` go otwiera.
next-new-key = Służy do tego `keyward recovery new`.
next-new-key-none = `keyward recovery new` tworzy nowy.
next-new-key-resume = Służy do tego `keyward recovery new --resume`.
next-check-key = `keyward recovery check` mówi, co otwiera dany klucz.

## keyward attach, keyward detach

attach-of-other-program = Sesja tutaj należy do innego programu: zrób to w tamtym programie. Działają dla niej `keyward status`, `keyward doctor`, `keyward sessions`, `keyward reset` i `keyward recovery`, a `keyward detach` to kończy.
attach-cancelled = Anulowano. Nic nie zostało dołączone.
attach-another-here = Dołączona jest tu inna sesja; `keyward detach` to kończy.
attach-rest-of-login = W tym folderze jest pozostałość po logowaniu. Dla sesji innego programu użyj innego folderu (--data-dir).
attach-no-device-key = Serwer domowy nie pokazuje żadnych kluczy tej sesji: nie obsługuje ona szyfrowania, więc żadna tożsamość nie może jej podpisać.
attach-shown-key = Serwer domowy pokazuje ten klucz sesji { $device }:
attach-where-shown = Drugi program pokazuje własny klucz w swoich ustawieniach (klucz sesji, odcisk klucza).
attach-is-it-the-same = Czy jest taki sam?
detach-nothing-here = Nic nie jest tu dołączone.
detach-done = Odłączono. Sesja drugiego programu jest taka, jaka była.
detach-pending = `keyward status` mówi, jaki jest stan; --discard-reset rezygnuje z kluczy.

## keyward login

login-attached-here = Ten folder jest dołączony do sesji innego programu. Użyj innego folderu (--data-dir) albo uruchom `keyward detach`.
login-homeserver = Serwer domowy:
login-user = Nazwa użytkownika:
login-finding-homeserver = Szukanie serwera domowego
login-wrong-password = Błędna nazwa użytkownika lub błędne hasło. Spróbuj ponownie albo naciśnij Ctrl-C, aby przerwać.
login-working = Logowanie
login-how = Jak chcesz się zalogować?
login-by-password = Hasłem do konta
login-by-browser = W przeglądarce na tym urządzeniu
login-by-code = W przeglądarce na innym urządzeniu, za pomocą kodu
login-by-provider = W przeglądarce na tym urządzeniu, przez { $provider }
login-by-sso = W przeglądarce na tym urządzeniu, przez pojedyncze logowanie (SSO)
login-none-known = Nie oferuje żadnego, który zna ta wersja; czy istnieje nowsza?
login-open-page = Otwórz tę stronę w przeglądarce na tym urządzeniu i zaloguj się tam
login-waiting-browser = Oczekiwanie na przeglądarkę; Ctrl-C przerywa
login-waiting-code = Oczekiwanie na kod; Ctrl-C przerywa
login-page-done = Keyward ma odpowiedź. Możesz zamknąć tę stronę i wrócić do terminala.
login-page-nothing = Nic tu nie ma.
login-completing = Uzupełnianie sesji
login-done = Zalogowano jako { $user }, sesja { $device }.

## keyward status

status-account = Konto
status-homeserver = Serwer domowy
status-session = Sesja
status-identity = Tożsamość cyfrowa
status-secret-storage = Tajny magazyn
status-key-storage = Magazyn kluczy
status-room-keys = Klucze wiadomości
status-reset = Resetowanie
status-new-key = Nowy klucz bezpieczeństwa
status-session-verified = { $device }, zweryfikowana
status-session-unverified = { $device }, niezweryfikowana
status-session-verified-other-program = { $device }, zweryfikowana, innego programu
status-session-unverified-other-program = { $device }, niezweryfikowana, innego programu
status-identity-with-keys = zaufana, a ta sesja ma jej klucze
status-identity-without-keys = zaufana, ale ta sesja nie ma jej kluczy
status-identity-not-trusted = istnieje, ale ta sesja jeszcze jej nie ufa
status-identity-replaced = inna niż ta, którą ta sesja zweryfikowała
status-identity-none = nieskonfigurowana
status-identity-attached-trusted = ta sesja jej ufa
status-identity-attached-not-trusted = istnieje, ale nic nie pokazuje, że ta sesja jej ufa
status-identity-attached-replaced = inna niż ta, której ta sesja zaufała
status-secret-storage-ready = gotowy
status-secret-storage-incomplete = niekompletny
status-secret-storage-none = nieskonfigurowany
status-key-storage-on = włączony, a ta sesja go używa
status-key-storage-no-key = istnieje, ale ta sesja nie ma do niego klucza
status-key-storage-untrusted = istnieje, ale nie podpisał go nikt, komu ta sesja ufa
status-key-storage-off = wyłączony
status-key-storage-attached-signed = istnieje, podpisany przez tożsamość lub tę sesję
status-key-storage-attached-untrusted = istnieje, ale nie podpisała go ani tożsamość, ani ta sesja
status-room-keys-here = { $count } w tej sesji
status-reset-none = żadne nie czeka
status-reset-staged = przerwane; nowa tożsamość cyfrowa nie obowiązuje
status-reset-committed = niedokończone; nowa tożsamość cyfrowa obowiązuje
status-reset-handing-over = czeka, aż aplikacja będzie mieć nowy klucz bezpieczeństwa
status-new-key-staged = przerwany; obowiązuje stary
status-new-key-committed = niedokończony; być może już obowiązuje
status-in-order = Wszystko jest w porządku.
status-in-order-attached = Wszystko, co stąd widać, jest w porządku. To, co ma drugi program, jest w jego własnych ustawieniach.
status-next-reset-staged = Czeka przerwane resetowanie, a nowa tożsamość cyfrowa nie obowiązuje: `keyward reset --resume` wznawia resetowanie, `keyward reset --cancel` je cofa.
status-next-reset-handing-over = Resetowanie jest prawie gotowe: podaj nowy klucz bezpieczeństwa aplikacji tej sesji, a potem `keyward reset --handed-over`. `keyward reset --resume` ponownie pokazuje klucz.
status-next-reset-committed = Resetowanie czeka na dokończenie: służy do tego `keyward reset --resume`. Nie można go już cofnąć.
status-next-new-key-staged = Czeka nowy klucz bezpieczeństwa, a obowiązuje stary: `keyward recovery new --resume` wznawia jego tworzenie, `keyward recovery new --cancel` je cofa.
status-next-new-key-committed = Nowy klucz bezpieczeństwa czeka na dokończenie: służy do tego `keyward recovery new --resume`. Być może już obowiązuje i nie można go już cofnąć.
status-more = { $count ->
    [one] `keyward doctor` wskazuje jeszcze { $count } sprawę.
    [few] `keyward doctor` wskazuje jeszcze { $count } sprawy.
    [many] `keyward doctor` wskazuje jeszcze { $count } spraw.
   *[other] `keyward doctor` wskazuje jeszcze { $count } sprawy.
}

## keyward unlock

unlock-with-what = Czym chcesz zweryfikować tę sesję?
unlock-opening = Otwieranie tajnego magazynu
unlock-done = Ta sesja jest zweryfikowana. Może odczytywać i zapisywać magazyn kluczy.
unlock-done-without-storage = Ta sesja jest zweryfikowana. Nie ma magazynu kluczy, który mogłaby odczytać.

## keyward doctor

doctor-examining = Badanie konta
doctor-which-key = Co masz?
doctor-fix-them = Jako pierwszy wymieniono najmniejszy środek, który pomoże. `keyward doctor --fix` przechodzi przez wszystko razem z Tobą.
doctor-what-to-do = Co chcesz zrobić?
doctor-leave-it = Zostawić tak, jak jest
doctor-cancelled = Anulowano. Nic nie zostało utracone; `keyward doctor` pokazuje, jaki jest stan.
doctor-done-in-app = Robi się to w aplikacji, w której piszesz z tymi osobami.
doctor-done-in-program = Robi się to w programie, do którego należy ta sesja.
doctor-opens-secret-storage = Co otwiera tajny magazyn?
doctor-open-other-session = Otwórz teraz jedną ze swoich pozostałych zweryfikowanych sesji i pozostaw ją otwartą, dopóki nie nadejdą klucze.
doctor-waiting-for-keys = Oczekiwanie na klucze
doctor-writing = Zapisywanie tajnego magazynu
doctor-filling = Wypełnianie magazynu kluczy

## keyward keys

keys-saved = { $count ->
    [one] Zapisano { $count } klucz wiadomości do pliku { $file }.
    [few] Zapisano { $count } klucze wiadomości do pliku { $file }.
    [many] Zapisano { $count } kluczy wiadomości do pliku { $file }.
   *[other] Zapisano { $count } klucza wiadomości do pliku { $file }.
}
keys-opened-old-storage = Co otwierało stary magazyn kluczy?
keys-had-all = Ta sesja miała już wszystko, co on zawiera.
keys-recovered = { $count ->
    [one] Odzyskano { $count } klucz wiadomości.
    [few] Odzyskano { $count } klucze wiadomości.
    [many] Odzyskano { $count } kluczy wiadomości.
   *[other] Odzyskano { $count } klucza wiadomości.
}
keys-fetching = Pobieranie kluczy wiadomości
keys-saving = Zapisywanie kluczy wiadomości
keys-reading = Odczytywanie kluczy wiadomości
keys-file = Plik:
keys-replace = Plik { $file } już istnieje. Zastąpić go?
keys-not-replaced = Anulowano. Plik jest taki, jaki był.
keys-no-folder = Folder, w którym ma być plik, nie istnieje.
keys-is-folder = To jest folder. Podaj plik w tym folderze.
keys-new-passphrase = Hasło do pliku:
keys-same-passphrase = To samo hasło jeszcze raz:
keys-passphrase = Hasło do tego pliku:
keys-imported = { $count ->
    [one] Zaimportowano { $count } klucz wiadomości.
    [few] Zaimportowano { $count } klucze wiadomości.
    [many] Zaimportowano { $count } kluczy wiadomości.
   *[other] Zaimportowano { $count } klucza wiadomości.
}
keys-known = { $count ->
    [one] { $count } inny już tu był.
    [few] { $count } inne już tu były.
    [many] { $count } innych już tu było.
   *[other] { $count } innego już tu było.
}
keys-malformed = { $count ->
    [one] { $count } wpisu w pliku nie można było użyć.
    [few] { $count } wpisów w pliku nie można było użyć.
    [many] { $count } wpisów w pliku nie można było użyć.
   *[other] { $count } wpisu w pliku nie można było użyć.
}

## keyward logout

logout-working = Wylogowywanie
logout-done = Wylogowano. Lokalne pliki zostały usunięte.
logout-unsaved = { $count ->
    [one] { $count } klucza wiadomości tej sesji nie ma w żadnym magazynie kluczy. Bez niego wiadomości, do których należy, nigdy już nie będzie można odczytać.
    [few] { $count } kluczy wiadomości tej sesji nie ma w żadnym magazynie kluczy. Bez nich wiadomości, do których należą, nigdy już nie będzie można odczytać.
    [many] { $count } kluczy wiadomości tej sesji nie ma w żadnym magazynie kluczy. Bez nich wiadomości, do których należą, nigdy już nie będzie można odczytać.
   *[other] { $count } klucza wiadomości tej sesji nie ma w żadnym magazynie kluczy. Bez nich wiadomości, do których należą, nigdy już nie będzie można odczytać.
}
logout-what-about-them = Co ma się z nimi stać?
logout-save = Najpierw zapisać je do pliku
logout-let-go = Zrezygnować z nich
logout-stay = Pozostać w zalogowanej sesji
logout-cancelled = Anulowano. Sesja nadal jest zalogowana.

## keyward reset

reset-looking-for-smaller = Szukanie mniejszego środka
reset-opening-old-storage = Otwieranie starego magazynu kluczy
reset-key-opens-no-storage = To jest klucz bezpieczeństwa tego konta, ale nie otwiera on magazynu kluczy. Pomiń go, a stary magazyn kluczy zostanie zachowany, chyba że aplikacja ma z niego wszystko.
reset-old-key-helps = Mając stary klucz lub starą frazę bezpieczeństwa, do nowego magazynu kluczy można przenieść wszystko, co zawiera stary.
reset-have-old-key = Czy masz stary klucz lub starą frazę?
reset-right-key-opens-nothing = To właściwy klucz lub właściwa fraza, ale nie otwiera starego magazynu kluczy.
reset-hint-turn-on = --turn-on-key-storage włącza magazyn kluczy.
reset-hint-unlock = `keyward unlock` weryfikuje tę sesję starym kluczem bezpieczeństwa.
reset-hint-export = `keyward keys export FILE` zapisuje klucze wiadomości tej sesji.
reset-smaller-command = { $text } Polecenie: `{ $command }`.
reset-smaller-commands = { $text } Polecenie: `{ $first }`, a potem `{ $then }`.
reset-export-hint = Resetowanie zachowuje Twoje klucze wiadomości. Zaszyfrowany plik byłby jeszcze jedną ich kopią.
reset-export = Zapisać je najpierw do pliku?
reset-not-in-force = Twoja nowa tożsamość cyfrowa nie obowiązuje: Ctrl-C cofa wszystko.
reset-in-force = Twoja nowa tożsamość cyfrowa już obowiązuje, a ten klucz do niej należy.
reset-hand-over-no-storage = Nie ma nowego magazynu kluczy. Jeśli aplikacja zaproponuje naprawę lub zresetowanie swojego magazynu kluczy, odrzuć tę propozycję.
reset-hand-over-later = Gdy aplikacja będzie go mieć, `keyward reset --handed-over` dokończy resetowanie.
reset-hand-over-script = Nowa tożsamość cyfrowa już obowiązuje. Podaj nowy klucz bezpieczeństwa aplikacji tej sesji.
reset-hand-over = Nowa tożsamość cyfrowa już obowiązuje, a wszystkie stare dane nadal istnieją. W aplikacji wpisz nowy klucz bezpieczeństwa tam, gdzie o niego prosi („Zweryfikuj”, „Wpisz klucz przywracania”).
reset-hand-over-how = Jaki jest stan?
reset-hand-over-taken = Aplikacja już go ma: dokończ
reset-hand-over-without = Dokończ bez aplikacji; stary magazyn kluczy pozostanie
reset-hand-over-wait = Później
reset-approve = Otwórz tę stronę w przeglądarce i potwierdź tam jako { $user }
reset-page-forgotten = Serwer domowy zapomniał tamtą stronę. Otwórz tę i potwierdź na niej
reset-asking-to-accept = Proszenie serwera domowego o zaakceptowanie nowej tożsamości cyfrowej
reset-nothing-to-hand-over = Nie ma jeszcze czego podawać: nowa tożsamość cyfrowa nie obowiązuje. `keyward reset --resume` wznawia resetowanie.
reset-undone = Resetowanie zostało cofnięte. `keyward status` pokazuje, co obowiązuje.
reset-undoing = Cofanie
reset-status-shows = `keyward status` pokazuje, co obowiązuje.
reset-nothing-changed-but-file = Nic nie zostało zmienione. Klucze wiadomości w pliku { $file } tam pozostają.
reset-stands-committed = Nowa tożsamość cyfrowa już obowiązuje; `keyward reset --resume` dokończy resetowanie.
reset-stands-handing-over = Nowa tożsamość cyfrowa już obowiązuje. Gdy aplikacja tej sesji będzie mieć nowy klucz bezpieczeństwa, `keyward reset --handed-over` dokończy resetowanie; z --keep-old nie czeka na aplikację, a stary magazyn kluczy pozostaje.
reset-stands-staged = Nowa tożsamość cyfrowa nie obowiązuje, a resetowanie czeka: `keyward reset --resume` je wznawia, `keyward reset --cancel` je cofa.
reset-stands-unknown = Nie można teraz ustalić, czy nowa tożsamość cyfrowa obowiązuje; `keyward reset --resume` to ustali i będzie kontynuować.
reset-interrupted-done = Przerwano, ale resetowanie było już gotowe.
reset-interrupted-handing-over = Przerwano. Nowa tożsamość cyfrowa już obowiązuje; `keyward reset --handed-over` dokończy resetowanie, gdy aplikacja będzie mieć nowy klucz bezpieczeństwa.
reset-interrupted-committed = Przerwano. Nowa tożsamość cyfrowa już obowiązuje; `keyward reset --resume` dokończy resetowanie.
reset-interrupted-committed-because = Przerwano: { $error } Nowa tożsamość cyfrowa już obowiązuje; `keyward reset --resume` dokończy resetowanie.
reset-interrupted-not-undone = Przerwano, ale nowych kluczy nie udało się usunąć z serwera domowego: { $error } `keyward reset --cancel` próbuje ponownie, `keyward reset --resume` wznawia resetowanie.
reset-interrupted-unknown = Przerwano i nie udało się cofnąć: { $error } Nie można teraz ustalić, czy nowa tożsamość cyfrowa obowiązuje. `keyward reset --cancel` cofa resetowanie, jeśli nie obowiązuje, `keyward reset --resume` je wznawia.
reset-undo-interrupted = Przerwano, zanim wszystko zostało cofnięte. `keyward reset --cancel` cofa resztę, chyba że nowa tożsamość cyfrowa już obowiązuje; `keyward reset --resume` wznawia resetowanie.
reset-sign-out-some = Wylogować teraz niektóre z nich? Wybierz te, których nie używasz.
reset-signed-out-nobody = Nie wylogowano żadnej sesji. `keyward sessions` wyświetla Twoje sesje.
reset-sessions-list = `keyward sessions` wyświetla Twoje sesje.
reset-sessions-sign-out = `keyward sessions sign-out` próbuje ponownie.

## keyward recovery

recovery-what-to-check = Co chcesz sprawdzić?
recovery-checking = Sprawdzanie, co otwiera
recovery-waiting-one = `keyward status` mówi, czy jakiś czeka.
recovery-lost = Jeśli nie masz ani klucza, ani frazy, nowy klucz musi utworzyć program, do którego należy ta sesja.
recovery-taken-from = Klucze prywatne są brane z tajnego magazynu, który otwiera stary klucz lub stara fraza bezpieczeństwa.
recovery-opens-until-now = Co otwiera tajny magazyn do tej pory?
recovery-do-it-there = Zrób to w programie, do którego należy ta sesja.
recovery-old-in-force = Stary klucz bezpieczeństwa nadal obowiązuje: Ctrl-C cofa wszystko.
recovery-maybe-in-force = Być może już obowiązuje i nie można go już cofnąć.
recovery-undone = Nowy klucz bezpieczeństwa został cofnięty. Obowiązuje stary, tak jak przedtem.
recovery-stands-committed = Nowy klucz bezpieczeństwa być może już obowiązuje; `keyward recovery new --resume` dokończy jego tworzenie.
recovery-stands-staged = Obowiązuje stary klucz bezpieczeństwa, a nowy czeka: `keyward recovery new --resume` wznawia jego tworzenie, `keyward recovery new --cancel` je cofa.
recovery-stands-unknown = `keyward status` mówi, jaki jest stan.
recovery-interrupted-done = Przerwano, ale nowy klucz bezpieczeństwa już obowiązywał.
recovery-interrupted-committed = Przerwano. Nowy klucz bezpieczeństwa być może już obowiązuje; `keyward recovery new --resume` dokończy jego tworzenie.
recovery-interrupted-not-undone = Przerwano i nie udało się cofnąć: { $error } Obowiązuje stary klucz bezpieczeństwa. `keyward recovery new --cancel` próbuje ponownie, `keyward recovery new --resume` wznawia tworzenie nowego.
recovery-undo-interrupted = Przerwano, zanim wszystko zostało cofnięte. `keyward recovery new --cancel` cofa resztę, chyba że nowy klucz bezpieczeństwa już obowiązuje; `keyward recovery new --resume` wznawia jego tworzenie.

## keyward sessions, in lines

sessions-unknown = To konto nie ma sesji { $device }. `keyward sessions --plain` wyświetla je wszystkie.
sessions-recommendations = Zalecenia dotyczące bezpieczeństwa
sessions-current = Bieżąca sesja
sessions-other = Pozostałe sesje
sessions-other-verified = Pozostałe sesje, zweryfikowane
sessions-other-unverified = Pozostałe sesje, niezweryfikowane
sessions-other-inactive = Pozostałe sesje, nieaktywne
sessions-other-unverifiable = Pozostałe sesje, bez szyfrowania
sessions-none = Brak.
sessions-it-was = Tak: { $command }
sessions-it-was-not = Nie: { $command }
sessions-unverifiable = Nie obsługuje szyfrowania
sessions-trust-inactive = { $trust }, nieaktywna
sessions-facts = Identyfikator { $id }, ostatnia aktywność { $ago } ({ $date })
sessions-facts-unknown = Identyfikator { $id }, ostatnia aktywność nieznana
sessions-facts-from = { $facts }, z adresu { $address }
sessions-summary = { $name } ({ $id }): { $trust }, { $activity }
sessions-name = Nazwa
sessions-by-id = sesja { $id }
sessions-sign-this-out = Aby wylogować tę sesję, opuść tę stronę i uruchom `keyward logout`.
sessions-sign-this-out-there = Aby wylogować tę sesję, wyloguj się w programie, do którego należy.
sessions-renaming = Zmienianie nazwy
sessions-renamed = Sesja { $id } nazywa się teraz { $name }. Mogą to zobaczyć osoby, z którymi rozmawiasz.
sessions-name-taken-away = Sesja { $id } nie ma już nazwy.
sessions-switching = Przełączanie
sessions-push-on = Powiadomienia push sesji { $name } są włączone.
sessions-push-off = Powiadomienia push sesji { $name } są wyłączone.
sessions-push-unsupported = Powiadomień push sesji { $name } nie można stąd przełączyć.
sessions-acknowledged-one = Zanotowano: { $name } to Ty.
sessions-acknowledged = { $count ->
    [one] Zanotowano: { $count } sesja należy do Ciebie.
    [few] Zanotowano: { $count } sesje należą do Ciebie.
    [many] Zanotowano: { $count } sesji należy do Ciebie.
   *[other] Zanotowano: { $count } sesji należy do Ciebie.
}

## keyward sessions propose

propose-none = Żadna sesja nie jest proponowana.
propose-title = Być może chcesz wylogować:
propose-inactive = { $count ->
    [one] nieaktywna od { $count } dnia
    [few] nieaktywna od { $count } dni
    [many] nieaktywna od { $count } dni
   *[other] nieaktywna od { $count } dnia
}
propose-unverified = { $count ->
    [one] niezweryfikowana od { $count } dnia
    [few] niezweryfikowana od { $count } dni
    [many] niezweryfikowana od { $count } dni
   *[other] niezweryfikowana od { $count } dnia
}
propose-command = { $count ->
    [one] Najpierw przejrzyj tę sesję, a potem: { $command }
    [few] Najpierw przejrzyj każdą z nich, a potem: { $command }
    [many] Najpierw przejrzyj każdą z nich, a potem: { $command }
   *[other] Najpierw przejrzyj każdą z nich, a potem: { $command }
}

## keyward sessions --watch

watch-signed-out = Wylogowano: { $name } ({ $id })
watch-new = Jest nowa sesja: { $name } ({ $id })
watch-renamed = Zmieniono nazwę: { $old } nazywa się teraz { $name } ({ $id })
watch-trust = { $name } ({ $id }): { $trust }
watch-push = { $name } ({ $id }): powiadomienia push { $push }
watch-acknowledged = Uznano: { $name }

## keyward sessions sign-out

sign-out-these = Te sesje zostaną wylogowane:
sign-out-question = Wylogować?
sign-out-nobody = Anulowano. Nie wylogowano żadnej sesji.
sign-out-no-such = Nie ma takiej sesji.
sign-out-done = { $count ->
    [one] Wylogowano { $count } sesję.
    [few] Wylogowano { $count } sesje.
    [many] Wylogowano { $count } sesji.
   *[other] Wylogowano { $count } sesji.
}
sign-out-confirm-page = Otwórz tę stronę w przeglądarce i potwierdź tam jako { $user }, że to Ty
sign-out-link = { $number } z { $total }: otwórz to w przeglądarce i wyloguj tam sesję { $device }:
sign-out-done-there = Zrobione?
sign-out-stopped = { $count ->
    [one] Anulowano. Wylogowano { $count } sesję.
    [few] Anulowano. Wylogowano { $count } sesje.
    [many] Anulowano. Wylogowano { $count } sesji.
   *[other] Anulowano. Wylogowano { $count } sesji.
}
sign-out-still-there = Ta sesja nadal istnieje.

## keyward sessions verify

verify-asking = Pytanie drugiej sesji
verify-handing-over = Przekazywanie kluczy
verify-as-numbers = Jako liczby: { $numbers }
verify-keys-cancel = Ctrl-C anuluje.
verify-keys-emoji-or-code = Wpisz e, aby porównać emoji, c, aby pokazać kod QR, q, aby anulować, a potem Enter.
verify-keys-emoji = Wpisz e, aby porównać emoji, q, aby anulować, a potem Enter.
verify-keys-code = Wpisz c, aby pokazać kod QR, q, aby anulować, a potem Enter.
verify-keys-yes-no = Wpisz { $yes }, jeśli tak, { $no }, jeśli nie, q, aby anulować, a potem Enter.
verify-no-answer = To nie jest żadna z odpowiedzi.
verify-scan-this = Zeskanuj ten kod po drugiej stronie ({ $other }). Gdy się uda, pojawi się tu informacja.
verify-too-narrow = To okno jest za wąskie na kod QR. Poszerz je albo porównaj emoji.
verify-cannot-scan = Druga sesja nie może zeskanować kodu. Porównaj emoji.
verify-terminal-cannot-scan = Druga sesja pokazuje kod QR, którego terminal nie może zeskanować. Anuluj i rozpocznij po tamtej stronie.

## The page of sessions

page-too-small = To okno jest za małe: co najmniej { $columns } na { $rows }. q kończy.
page-title = Sesje konta { $user }
page-title-keys = ? pomoc  q koniec
page-answer-login = y to ja   n to nie ja: wyloguj
page-answer-login-more = y to ja   n to nie ja: wyloguj  (i jeszcze { $more })
page-view-inactive = i pokaż wszystkie
page-view-unverified = u pokaż wszystkie
page-asking = Odpytywanie serwera domowego …
page-others = Inne:
page-no-others = Nie ma innych sesji.
page-no-others-of-filter = Żadna z pozostałych sesji. Tab pokazuje inny filtr.
page-this-one = (ta)
page-unknown = nieznane
page-head-session = Sesja
page-head-verification = Weryfikacja
page-head-activity = Aktywność
page-head-id = ID
page-head-address = Adres IP
page-head-push = Push
page-head-kind = Rodzaj
page-push-on = tak
page-push-off = nie
page-kind-desktop = komputer
page-kind-mobile = mobilne
page-kind-web = sieć
page-kind-unknown = nieznany
page-selected = Zaznaczono: { $count }
page-asks-to-verify = O weryfikację prosi { $other }. Zamknij to, aby odpowiedzieć.
page-another-session = Inna sesja
page-acknowledged = Zanotowano: to Ty.
page-session-gone = Tej sesji już nie ma: została w międzyczasie wylogowana.
page-renamed = Zmieniono nazwę.
page-verified = Zweryfikowano.
page-verified-already = Sesja { $name } jest już zweryfikowana.
page-unverifiable = Sesja { $name } nie obsługuje szyfrowania, więc nie można jej zweryfikować. Wyloguj ją, jeśli jej nie znasz.
page-verify-there = Zweryfikuj ją w drugim programie: to on ma klucze tej sesji.
page-nobody-signed-out = Nie wylogowano żadnej sesji. Zaznaczenie pozostaje.
page-sign-out-stopped = Zatrzymano. Lista pokazuje, co nadal jest zalogowane.

page-keys-move = ↑↓ przesuń
page-keys-select = Spacja zaznacz
page-keys-all = a wszystkie widoczne
page-keys-filter = Tab filtr
page-keys-details = Enter szczegóły
page-keys-rename = r zmień nazwę
page-keys-push = p push
page-keys-sign-out = s wyloguj
page-keys-verify = v zweryfikuj

page-help-title = Klawisze
page-help-move = przesuwanie; także Page Up, Page Down, Home, End
page-help-filter = pokaż inny filtr
page-help-view = pokaż wszystkie niezweryfikowane, wszystkie nieaktywne
page-help-keys-select = Spacja  a
page-help-select = zaznacz sesję; wszystkie widoczne
page-help-details = wszystko o sesji, także jej historia
page-help-rename = zmień nazwę sesji
page-help-push = włącz lub wyłącz powiadomienia push
page-help-verify = zweryfikuj sesję za pomocą emoji lub kodu QR
page-help-verify-there = weryfikacja: w programie, do którego należy ta sesja
page-help-sign-out = wyloguj zaznaczone sesje albo tę przy >
page-help-new-login = przy nowym logowaniu: to ja; to nie ja, wyloguj
page-help-refresh = zapytaj serwer ponownie (lista aktualizuje się sama)
page-help-leave = wyjdź
page-help-plain = `keyward sessions --plain` mówi to samo w wierszach.
page-any-key = Dowolny klawisz to zamyka.

page-details-title = Szczegóły sesji
page-details-keys = r zmień nazwę   p push   v zweryfikuj   s wyloguj   Esc wstecz
page-details-keys-attached = r zmień nazwę   p push   s wyloguj   Esc wstecz

page-rename-title = Zmień nazwę sesji
page-rename-public = Nazwę mogą zobaczyć osoby, z którymi rozmawiasz.
page-rename-new = Nowa nazwa:
page-rename-working = Zmienianie nazwy …
page-rename-keys = Enter zmienia nazwę   Esc zostawia starą

page-sign-out-title = Wyloguj
page-sign-out-on-page = Na tym serwerze domowym sesje wylogowuje się na jego stronie konta. Otwórz to w przeglądarce i wyloguj tam sesję:
page-sign-out-progress = Wylogowano { $done } z { $total }; zostanie to zauważone automatycznie.
page-sign-out-page-keys = Enter sprawdza ponownie   n najpierw inna   Esc przerywa
page-sign-out-gone = { $name } (w międzyczasie wylogowana)
page-sign-out-more = … i jeszcze { $count }
page-sign-out-weighing = Sprawdzanie, do czego to prowadzi …
page-sign-out-back = Esc wraca
page-sign-out-question = { $count ->
    [one] Wylogować { $count } sesję?
    [few] Wylogować { $count } sesje?
    [many] Wylogować { $count } sesji?
   *[other] Wylogować { $count } sesji?
}
page-sign-out-keys = Enter lub y wylogowuje   Esc lub n wraca
page-sign-out-working = Wylogowywanie …
page-sign-out-password-keys = Enter wylogowuje   Esc wraca
page-sign-out-browser = Otwórz to w przeglądarce i potwierdź tam, że to Ty:
page-sign-out-other-account = Zostało to zrobione na innym koncie. Otwórz to ponownie i zrób to na swoim:
page-sign-out-browser-keys = Zostanie to zauważone automatycznie.   Esc przerywa

page-verify-title = Zweryfikuj
page-verify-moment = Chwileczkę …
page-verify-cancel = Esc anuluje
page-verify-accept = v weryfikuje   Esc lub n odrzuca
page-verify-emoji-or-code = e porównaj emoji   c pokaż kod QR do zeskanowania   Esc anuluje
page-verify-emoji = e porównaj emoji   Esc anuluje
page-verify-code = c pokaż kod QR do zeskanowania   Esc anuluje
page-verify-match = y pasują do siebie   n nie pasują do siebie   Esc anuluje
page-verify-scanned = y tak   n nie: anuluj
page-code-too-small = To okno jest za małe na kod QR. Powiększ je albo naciśnij e, aby porównać emoji. Esc anuluje.
page-code-scan = Zeskanuj ten kod po drugiej stronie ({ $other }).
page-code-worked = Gdy się uda, pojawi się tu informacja.
page-code-emoji = e zamiast tego porównaj emoji
