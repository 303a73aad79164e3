# SPDX-License-Identifier: Apache-2.0
#
# What the terminal app itself says, in French. Not yet read by a native speaker.

## What several commands say

cancelled = Annulé.
cancelled-input-ended = Annulé : l’entrée est terminée.
nothing-was-changed = Rien n’a été modifié.
try-again = Réessayer ?
go-on = Continuer ?
error = Erreur :
not-up-to-date = Pas à jour : { $trouble }
asking-homeserver = Demande au serveur d’accueil
looking-at-account = Examen du compte
ask-password = Mot de passe du compte :
ask-access-token = Jeton d’accès :
open-old-storage = Qu’est-ce qui ouvre l’ancien stockage des clés ?
one-of-your-other-sessions = l’une de vos autres sessions
impossible-time = à une date impossible

## Questions

answer-yes = oui
answer-no = non
answer-default-yes = O/n
answer-default-no = o/N
answer-yes-or-no = Répondez par oui ou non.
answer-all = tout
ask-secret = { $question } (n’est pas affiché)
secret-hidden = (masqué)
secret-empty = La saisie ne doit pas être vide.
secret-differs = Les deux saisies ne sont pas identiques. Saisissez-les toutes les deux de nouveau.
choose-keys = les flèches déplacent, Entrée choisit
choose-number = Un nombre de 1 à { $last } :
choose-number-wrong = Ce n’est pas l’un des nombres.
choose-any-keys = les flèches déplacent, Espace choisit, droite choisit tout, gauche rien, Entrée continue
choose-any-numbers = Des nombres séparés par des virgules, `{ $all }`, ou rien :
choose-any-wrong = Ce n’est pas une liste des nombres.
chosen = { $count ->
    [one] { $count } choix
   *[other] { $count } choix
}

## Progress

step-of = Étape { $number } sur { $total } : { $step }
progress-of = { $done } sur { $total }
progress-done = terminé
progress-done-with = { $what } … terminé

## The new Security Key

key-saved-word = enregistrée
key-title = Votre nouvelle clé de sécurité (clé de récupération)
key-label = Votre nouvelle clé de sécurité (clé de récupération) :
key-advice = Enregistrez-la maintenant : dans un gestionnaire de mots de passe, ou sur papier dans un endroit sûr. Elle ouvre vos messages chiffrés et vérifie vos sessions quand il ne reste rien d’autre. Elle ne sera plus affichée.
key-type-again = Saisissez la clé de nouveau, ou `{ $saved }` :
key-type-whole = Saisissez la clé entière, ou `{ $saved }` si elle l’est.
key-group-differs = Ce n’est pas la clé : le groupe { $group } sur { $total } est différent. Contrôlez-la et saisissez-la de nouveau.
key-too-long = C’est plus que la clé. Contrôlez-la et saisissez-la de nouveau.
key-is-saved = La clé est enregistrée.
key-source = Qu’est-ce qui doit ouvrir votre coffre secret ?
key-source-generated = Une clé de sécurité créée pour vous (recommandé)
key-source-phrase = Votre propre phrase de sécurité
key-phrase-hint = Plusieurs mots sans rapport entre eux sont faciles à retenir et difficiles à deviner. N’utilisez pas le mot de passe de votre compte.
key-phrase-new = Nouvelle phrase de sécurité :
key-phrase-again = La même phrase de nouveau :
key-phrase-opens-the-same = Votre phrase de sécurité ouvre la même chose ; la clé est pour le jour où vous l’aurez oubliée.

## The present Security Key or Phrase

ask-key-kind = Clé de sécurité (48 caractères, Es…)
ask-phrase-kind = Phrase de sécurité
ask-key = Clé de sécurité :
ask-phrase = Phrase de sécurité :

## A browser

browser-how = Comment voulez-vous confirmer qu’il s’agit bien de vous ?
browser-by-password = Avec le mot de passe du compte
browser-by-browser = Dans un navigateur
browser-page = { $what } :
browser-page-or-scan = { $what }, ou scannez ce code avec un téléphone :
browser-other-account = Cela a été fait avec un autre compte. Ouvrez la page de nouveau et faites-le en tant que { $user }
browser-enter-code = { $minutes ->
    [one] Ouvrez cette page dans un navigateur, sur cet appareil ou un autre, et saisissez-y le code dans un délai de { $minutes } minute
   *[other] Ouvrez cette page dans un navigateur, sur cet appareil ou un autre, et saisissez-y le code dans un délai de { $minutes } minutes
}
browser-code = Code : { $code }
browser-waiting = En attente du navigateur
browser-waiting-with-keys = En attente du navigateur ; Entrée regarde tout de suite, Ctrl-C arrête

## The key of the local store

store-key-missing = La clé de la base de données locale manque : ni le trousseau du système ni le fichier store.key ne l’ont. Remettez-la en place, ou déplacez le dossier et connectez-vous de nouveau.
store-key-missing-without-keyring = La clé de la base de données locale manque : il n’y a pas de fichier store.key. Si le trousseau du système l’a, lancez la commande sans --no-keyring ni KEYWARD_NO_KEYRING.
store-key-keyring = La clé de la base de données locale devrait être dans le trousseau du système, qui ne peut pas être utilisé ({ $cause }). Déverrouillez-le ou ouvrez une session de bureau, puis réessayez.
store-key-damaged-entry = L’entrée du trousseau du système n’est pas la clé d’une base de données. Restaurez-la depuis une sauvegarde.
store-key-damaged-file = Le fichier store.key n’est pas la clé d’une base de données. Restaurez-le depuis une sauvegarde.
store-key-folder-unwritable = Impossible d’écrire dans le dossier de la base de données : { $cause }.
store-key-unwritable = Le fichier store.key ne peut pas être écrit : { $cause }.
store-key-unreadable = Le fichier store.key ne peut pas être lu : { $cause }.
store-key-left = Le fichier store.key ne peut pas être supprimé : { $cause }.
store-key-permissions = D’autres utilisateurs de cette machine peuvent lire la clé de la base de données (mode { $mode }) : elle n’est donc pas utilisée. Si vous lui faites confiance, lancez `chmod 600 { $file }` et réessayez.
keyring-silent = il ne répond pas
keyring-locked = il ne répond pas, ou attend d’être déverrouillé
keyring-failed = la demande a échoué
keyring-no-access = pas d’accès : { $cause }
keyring-several-entries = il a plusieurs entrées pour cette base de données
keyring-broken = il ne fonctionne pas

## After an error: what to run next

result-unwritable = Le résultat ne peut pas être écrit : { $cause }.
next-page = La page du serveur d’accueil prévue pour cela : { $pages }
next-doctor = `keyward doctor` trouve la plus petite mesure qui aide.
next-session-expired = Les clés de message sont encore ici : `keyward keys export FILE` les enregistre, puis `keyward logout` supprime les fichiers de cette session.
next-not-logged-in = `keyward login --homeserver URL` s’en charge.
next-not-offered = Sans options, `keyward login` cherche ce que le serveur propose, et demande.
next-already-logged-in = `keyward logout` déconnecte, `--data-dir DIR` choisit un autre dossier.
next-sign-out-this = `keyward logout` déconnecte cette session.
next-sign-out-not-verified = `keyward unlock` s’en charge ; ou nommez les sessions par leur identifiant.
next-unlock = `keyward unlock` s’en charge.
next-unsaved-room-keys = `keyward keys export FILE` s’en charge ; `keyward logout --discard-keys` les abandonne.
next-logout-reset-pending = `keyward reset --resume` ou `--cancel` ; `keyward logout --discard-keys` abandonne une réinitialisation annulée.
next-logout-recovery-pending = `keyward recovery new --resume` ou `--cancel` ; `keyward logout --discard-keys` l’abandonne, et la clé qui est en vigueur le reste.
next-recovery-pending = `keyward recovery new --resume` la reprend ; `keyward recovery new --cancel` l’annule, sauf si la nouvelle clé est en vigueur.
next-reset-pending = `keyward reset --resume` la reprend ; `keyward reset --cancel` l’annule, sauf si la nouvelle identité numérique est en vigueur.
next-reset-none = `keyward reset` en commence une.
next-reset-resume = `keyward reset --resume` s’en charge.
next-reset-leftovers = `keyward reset --cancel` supprime ce qu’il en reste.
next-verify = `keyward unlock` ou `keyward sessions verify` s’en charge.
next-fetch-keys = `keyward unlock` les obtient avec la clé ou la phrase de sécurité, `keyward sessions verify` depuis une session vérifiée.
next-ask-for-keys = `keyward doctor --fix session.keys_missing` les demande.
next-repair-pending = `keyward doctor` la nomme.
next-unlock-opens = `keyward unlock` l’ouvre.
next-new-key = `keyward recovery new` s’en charge.
next-new-key-none = `keyward recovery new` en crée une.
next-new-key-resume = `keyward recovery new --resume` s’en charge.
next-check-key = `keyward recovery check` dit ce qu’une clé ouvre.

## keyward attach, keyward detach

attach-of-other-program = La session présente ici est celle d’un autre programme : faites cela dans ce programme. `keyward status`, `keyward doctor`, `keyward sessions`, `keyward reset` et `keyward recovery` fonctionnent pour elle, et `keyward detach` y met fin.
attach-cancelled = Annulé. Rien n’a été rattaché.
attach-another-here = Une autre session est rattachée ici ; `keyward detach` y met fin.
attach-rest-of-login = Ce dossier contient le reste d’une connexion. Utilisez un autre dossier (--data-dir) pour une session d’un autre programme.
attach-no-device-key = Le serveur d’accueil ne montre aucune clé de cette session : elle ne prend pas en charge le chiffrement, aucune identité ne peut donc la signer.
attach-shown-key = Le serveur d’accueil montre cette clé pour la session { $device } :
attach-where-shown = L’autre programme montre sa propre clé dans ses paramètres (clé de session, empreinte).
attach-is-it-the-same = Est-ce la même ?
detach-nothing-here = Rien n’est rattaché ici.
detach-done = Détaché. La session de l’autre programme est comme avant.
detach-pending = `keyward status` dit où cela en est ; --discard-reset en abandonne les clés.

## keyward login

login-attached-here = Ce dossier est rattaché à une session d’un autre programme. Utilisez un autre dossier (--data-dir), ou lancez `keyward detach`.
login-homeserver = Serveur d’accueil :
login-user = Nom d’utilisateur :
login-finding-homeserver = Recherche du serveur d’accueil
login-wrong-password = Le nom d’utilisateur ou le mot de passe est incorrect. Réessayez, ou appuyez sur Ctrl-C pour arrêter.
login-working = Connexion en cours
login-how = Comment voulez-vous vous connecter ?
login-by-password = Avec le mot de passe de votre compte
login-by-browser = Dans un navigateur sur cet appareil
login-by-code = Dans un navigateur sur un autre appareil, avec un code
login-by-provider = Dans un navigateur sur cet appareil, par { $provider }
login-by-sso = Dans un navigateur sur cet appareil, par authentification unique
login-none-known = Il n’en propose aucune que cette version connaisse ; en existe-t-il une plus récente ?
login-open-page = Ouvrez cette page dans un navigateur de cet appareil et connectez-vous-y
login-waiting-browser = En attente du navigateur ; Ctrl-C arrête
login-waiting-code = En attente du code ; Ctrl-C arrête
login-page-done = Keyward a la réponse. Vous pouvez fermer cette page et revenir au terminal.
login-page-nothing = Il n’y a rien ici.
login-completing = Mise en place de la session
login-done = Connexion réussie en tant que { $user }, session { $device }.

## keyward status

status-account = Compte
status-homeserver = Serveur d’accueil
status-session = Session
status-identity = Identité numérique
status-secret-storage = Coffre secret
status-key-storage = Stockage des clés
status-room-keys = Clés de message
status-reset = Réinitialisation
status-new-key = Nouvelle clé de sécurité
status-session-verified = { $device }, vérifiée
status-session-unverified = { $device }, non vérifiée
status-session-verified-other-program = { $device }, vérifiée, d’un autre programme
status-session-unverified-other-program = { $device }, non vérifiée, d’un autre programme
status-identity-with-keys = de confiance, et cette session en a les clés
status-identity-without-keys = de confiance, mais cette session n’en a pas les clés
status-identity-not-trusted = existe, mais cette session ne lui fait pas encore confiance
status-identity-replaced = une autre que celle que cette session a vérifiée
status-identity-none = pas configurée
status-identity-attached-trusted = cette session lui fait confiance
status-identity-attached-not-trusted = existe, mais rien ne montre que cette session lui fait confiance
status-identity-attached-replaced = une autre que celle à laquelle cette session a fait confiance
status-secret-storage-ready = prêt
status-secret-storage-incomplete = incomplet
status-secret-storage-none = pas configuré
status-key-storage-on = activé, et cette session l’utilise
status-key-storage-no-key = existe, mais cette session n’en a pas la clé
status-key-storage-untrusted = existe, mais personne à qui cette session fait confiance ne l’a signé
status-key-storage-off = désactivé
status-key-storage-attached-signed = existe, signé par l’identité ou par cette session
status-key-storage-attached-untrusted = existe, mais ni l’identité ni cette session ne l’ont signé
status-room-keys-here = { $count } dans cette session
status-reset-none = aucune n’est en attente
status-reset-staged = interrompue ; la nouvelle identité numérique n’est pas en vigueur
status-reset-committed = pas terminée ; la nouvelle identité numérique est en vigueur
status-reset-handing-over = attend que l’application ait la nouvelle clé de sécurité
status-new-key-staged = interrompue ; l’ancienne est en vigueur
status-new-key-committed = pas terminée ; elle est peut-être déjà en vigueur
status-in-order = Tout est en ordre.
status-in-order-attached = Tout ce qui se voit d’ici est en ordre. Ce que l’autre programme a se trouve dans ses propres paramètres.
status-next-reset-staged = Une réinitialisation interrompue est en attente, et la nouvelle identité numérique n’est pas en vigueur : `keyward reset --resume` reprend la réinitialisation, `keyward reset --cancel` l’annule.
status-next-reset-handing-over = Une réinitialisation est presque terminée : donnez la nouvelle clé de sécurité à l’application de cette session, puis `keyward reset --handed-over`. `keyward reset --resume` montre la clé de nouveau.
status-next-reset-committed = Une réinitialisation attend d’être terminée : `keyward reset --resume` s’en charge. Elle ne peut plus être annulée.
status-next-new-key-staged = Une nouvelle clé de sécurité est en attente, et l’ancienne est en vigueur : `keyward recovery new --resume` reprend sa création, `keyward recovery new --cancel` l’annule.
status-next-new-key-committed = La création d’une nouvelle clé de sécurité attend d’être terminée : `keyward recovery new --resume` s’en charge. La clé est peut-être déjà en vigueur, et la création ne peut plus être annulée.
status-more = { $count ->
    [one] `keyward doctor` nomme encore { $count } chose.
   *[other] `keyward doctor` nomme encore { $count } choses.
}

## keyward unlock

unlock-with-what = Avec quoi voulez-vous vérifier cette session ?
unlock-opening = Ouverture du coffre secret
unlock-done = Cette session est vérifiée. Elle peut lire et écrire le stockage des clés.
unlock-done-without-storage = Cette session est vérifiée. Il n’y a pas de stockage des clés qu’elle puisse lire.

## keyward doctor

doctor-examining = Examen du compte
doctor-which-key = Qu’avez-vous ?
doctor-fix-them = Ce qui est nommé en premier est la plus petite mesure qui aide. `keyward doctor --fix` parcourt tout avec vous.
doctor-what-to-do = Que voulez-vous faire ?
doctor-leave-it = Laisser comme c’est
doctor-cancelled = Annulé. Rien n’est perdu ; `keyward doctor` montre où cela en est.
doctor-done-in-app = Cela se fait dans l’application où vous leur écrivez.
doctor-done-in-program = Cela se fait dans le programme auquel appartient cette session.
doctor-opens-secret-storage = Qu’est-ce qui ouvre le coffre secret ?
doctor-open-other-session = Ouvrez maintenant l’une de vos autres sessions vérifiées, et laissez-la ouverte jusqu’à l’arrivée des clés.
doctor-waiting-for-keys = En attente des clés
doctor-writing = Écriture du coffre secret
doctor-filling = Remplissage du stockage des clés

## keyward keys

keys-saved = { $count ->
    [one] { $count } clé de message enregistrée dans { $file }.
   *[other] { $count } clés de message enregistrées dans { $file }.
}
keys-opened-old-storage = Qu’est-ce qui ouvrait l’ancien stockage des clés ?
keys-had-all = Cette session avait déjà tout ce qu’il contient.
keys-recovered = { $count ->
    [one] { $count } clé de message récupérée.
   *[other] { $count } clés de message récupérées.
}
keys-fetching = Téléchargement des clés de message
keys-saving = Enregistrement des clés de message
keys-reading = Lecture des clés de message
keys-file = Fichier :
keys-replace = { $file } existe déjà. Le remplacer ?
keys-not-replaced = Annulé. Le fichier est comme avant.
keys-no-folder = Le dossier du fichier n’existe pas.
keys-is-folder = C’est un dossier. Nommez un fichier de ce dossier.
keys-new-passphrase = Phrase secrète pour le fichier :
keys-same-passphrase = La même phrase secrète de nouveau :
keys-passphrase = Phrase secrète du fichier :
keys-imported = { $count ->
    [one] { $count } clé de message importée.
   *[other] { $count } clés de message importées.
}
keys-known = { $count ->
    [one] { $count } autre était déjà ici.
   *[other] { $count } autres étaient déjà ici.
}
keys-malformed = { $count ->
    [one] { $count } entrée du fichier n’a pas pu être utilisée.
   *[other] { $count } entrées du fichier n’ont pas pu être utilisées.
}

## keyward logout

logout-working = Déconnexion en cours
logout-done = Déconnexion réussie. Les fichiers locaux sont supprimés.
logout-unsaved = { $count ->
    [one] { $count } clé de message de cette session n’est dans aucun stockage des clés. Sans elle, les messages auxquels elle appartient ne pourront plus jamais être lus.
   *[other] { $count } clés de message de cette session ne sont dans aucun stockage des clés. Sans elles, les messages auxquels elles appartiennent ne pourront plus jamais être lus.
}
logout-what-about-them = Que faut-il en faire ?
logout-save = Les enregistrer d’abord dans un fichier
logout-let-go = Les abandonner
logout-stay = Rester connecté
logout-cancelled = Annulé. La session est toujours connectée.

## keyward reset

reset-looking-for-smaller = Recherche d’une mesure plus petite
reset-opening-old-storage = Ouverture de l’ancien stockage des clés
reset-key-opens-no-storage = C’est la clé de sécurité du compte, mais elle n’ouvre pas le stockage des clés. Ne la donnez pas, et l’ancien stockage des clés sera conservé, à moins que l’application n’en ait tout le contenu.
reset-old-key-helps = Avec l’ancienne clé ou phrase de sécurité, le nouveau stockage des clés recevra tout ce que contient l’ancien.
reset-have-old-key = Avez-vous l’ancienne ?
reset-right-key-opens-nothing = C’est la bonne, mais elle n’ouvre pas l’ancien stockage des clés.
reset-hint-turn-on = --turn-on-key-storage active le stockage des clés.
reset-hint-unlock = `keyward unlock` vérifie cette session avec l’ancienne clé de sécurité.
reset-hint-export = `keyward keys export FILE` enregistre les clés de message de cette session.
reset-smaller-command = { $text } La commande : `{ $command }`.
reset-smaller-commands = { $text } La commande : `{ $first }`, puis `{ $then }`.
reset-export-hint = La réinitialisation conserve vos clés de message. Un fichier chiffré en serait une copie de plus.
reset-export = Les enregistrer d’abord dans un fichier ?
reset-not-in-force = Votre nouvelle identité numérique n’est pas en vigueur : Ctrl-C annule tout.
reset-in-force = Votre nouvelle identité numérique est déjà en vigueur, et cette clé lui appartient.
reset-hand-over-no-storage = Il n’y a pas de nouveau stockage des clés. Si l’application propose de réparer ou de réinitialiser son stockage des clés, refusez.
reset-hand-over-later = Quand l’application l’aura, `keyward reset --handed-over` terminera la réinitialisation.
reset-hand-over-script = La nouvelle identité numérique est en vigueur. Donnez la nouvelle clé de sécurité à l’application de cette session.
reset-hand-over = La nouvelle identité numérique est en vigueur, et tout ce qui est ancien est encore là. Dans l’application, saisissez la nouvelle clé de sécurité là où elle la demande (« Vérifier », « Saisir la clé de récupération »).
reset-hand-over-how = Où cela en est-il ?
reset-hand-over-taken = L’application l’a maintenant : terminer
reset-hand-over-without = Terminer sans l’application ; l’ancien stockage des clés reste
reset-hand-over-wait = Plus tard
reset-approve = Ouvrez cette page dans un navigateur et confirmez-y en tant que { $user }
reset-page-forgotten = Le serveur d’accueil a oublié cette page. Ouvrez celle-ci et confirmez-y
reset-asking-to-accept = Demande au serveur d’accueil d’accepter la nouvelle identité numérique
reset-nothing-to-hand-over = Il n’y a encore rien à donner : la nouvelle identité numérique n’est pas en vigueur. `keyward reset --resume` reprend la réinitialisation.
reset-undone = La réinitialisation est annulée. `keyward status` montre ce qui est en vigueur.
reset-undoing = Annulation
reset-status-shows = `keyward status` montre ce qui est en vigueur.
reset-nothing-changed-but-file = Rien n’a été modifié. Les clés de message dans { $file } y restent.
reset-stands-committed = La nouvelle identité numérique est en vigueur ; `keyward reset --resume` termine la réinitialisation.
reset-stands-handing-over = La nouvelle identité numérique est en vigueur. Quand l’application de cette session aura la nouvelle clé de sécurité, `keyward reset --handed-over` terminera la réinitialisation ; avec --keep-old il n’attend pas l’application, et l’ancien stockage des clés reste.
reset-stands-staged = La nouvelle identité numérique n’est pas en vigueur, et la réinitialisation est en attente : `keyward reset --resume` la reprend, `keyward reset --cancel` l’annule.
reset-stands-unknown = Impossible de savoir maintenant si la nouvelle identité numérique est en vigueur ; `keyward reset --resume` le vérifie et continue.
reset-interrupted-done = Interrompu, mais la réinitialisation était déjà terminée.
reset-interrupted-handing-over = Interrompu. La nouvelle identité numérique est en vigueur ; `keyward reset --handed-over` termine la réinitialisation quand l’application a la nouvelle clé de sécurité.
reset-interrupted-committed = Interrompu. La nouvelle identité numérique est en vigueur ; `keyward reset --resume` termine la réinitialisation.
reset-interrupted-committed-because = Interrompu : { $error } La nouvelle identité numérique est en vigueur ; `keyward reset --resume` termine la réinitialisation.
reset-interrupted-not-undone = Interrompu, mais les nouvelles clés n’ont pas pu être retirées du serveur d’accueil : { $error } `keyward reset --cancel` réessaie, `keyward reset --resume` reprend la réinitialisation.
reset-interrupted-unknown = Interrompu, et l’annulation a échoué : { $error } Impossible de savoir maintenant si la nouvelle identité numérique est en vigueur. `keyward reset --cancel` annule la réinitialisation si elle ne l’est pas, `keyward reset --resume` la reprend.
reset-undo-interrupted = Interrompu avant que tout soit annulé. `keyward reset --cancel` annule le reste, sauf si la nouvelle identité numérique est en vigueur ; `keyward reset --resume` reprend la réinitialisation.
reset-sign-out-some = En déconnecter certaines maintenant ? Choisissez celles que vous n’utilisez pas.
reset-signed-out-nobody = Aucune session n’a été déconnectée. `keyward sessions` liste vos sessions.
reset-sessions-list = `keyward sessions` liste vos sessions.
reset-sessions-sign-out = `keyward sessions sign-out` réessaie.

## keyward recovery

recovery-what-to-check = Que voulez-vous contrôler ?
recovery-checking = Recherche de ce qu’elle ouvre
recovery-waiting-one = `keyward status` dit s’il y en a une en attente.
recovery-lost = Si elle est perdue, c’est le programme auquel appartient cette session qui doit créer la nouvelle clé.
recovery-taken-from = Les clés privées viennent du coffre secret, qu’ouvre l’ancienne clé ou phrase de sécurité.
recovery-opens-until-now = Qu’est-ce qui ouvre le coffre secret jusqu’à présent ?
recovery-do-it-there = Faites cela dans le programme auquel appartient cette session.
recovery-old-in-force = L’ancienne clé de sécurité est encore en vigueur : Ctrl-C annule tout.
recovery-maybe-in-force = Elle est peut-être déjà en vigueur, et ne peut plus être annulée.
recovery-undone = La nouvelle clé de sécurité est annulée. L’ancienne est en vigueur, comme avant.
recovery-stands-committed = La nouvelle clé de sécurité est peut-être déjà en vigueur ; `keyward recovery new --resume` termine sa création.
recovery-stands-staged = L’ancienne clé de sécurité est en vigueur, et la nouvelle est en attente : `keyward recovery new --resume` reprend sa création, `keyward recovery new --cancel` l’annule.
recovery-stands-unknown = `keyward status` dit où cela en est.
recovery-interrupted-done = Interrompu, mais la nouvelle clé de sécurité était déjà en vigueur.
recovery-interrupted-committed = Interrompu. La nouvelle clé de sécurité est peut-être déjà en vigueur ; `keyward recovery new --resume` termine sa création.
recovery-interrupted-not-undone = Interrompu, et l’annulation a échoué : { $error } L’ancienne clé de sécurité est en vigueur. `keyward recovery new --cancel` réessaie, `keyward recovery new --resume` reprend la création de la nouvelle.
recovery-undo-interrupted = Interrompu avant que tout soit annulé. `keyward recovery new --cancel` annule le reste, sauf si la nouvelle clé de sécurité est en vigueur ; `keyward recovery new --resume` reprend sa création.

## keyward sessions, in lines

sessions-unknown = Ce compte n’a pas de session { $device }. `keyward sessions --plain` les liste.
sessions-recommendations = Recommandations de sécurité
sessions-current = Session actuelle
sessions-other = Autres sessions
sessions-other-verified = Autres sessions, vérifiées
sessions-other-unverified = Autres sessions, non vérifiées
sessions-other-inactive = Autres sessions, inactives
sessions-other-unverifiable = Autres sessions, sans chiffrement
sessions-none = Aucune.
sessions-it-was = Oui : { $command }
sessions-it-was-not = Non : { $command }
sessions-unverifiable = Ne prend pas en charge le chiffrement
sessions-trust-inactive = { $trust }, inactive
sessions-facts = Identifiant { $id }, dernière activité { $ago } ({ $date })
sessions-facts-unknown = Identifiant { $id }, dernière activité inconnue
sessions-facts-from = { $facts }, depuis { $address }
sessions-summary = { $name } ({ $id }) : { $trust }, { $activity }
sessions-name = Nom
sessions-by-id = session { $id }
sessions-sign-this-out = Pour déconnecter cette session, quittez cette page et lancez `keyward logout`.
sessions-sign-this-out-there = Pour déconnecter cette session, déconnectez-vous dans le programme auquel elle appartient.
sessions-renaming = Changement de nom
sessions-renamed = La session { $id } s’appelle maintenant { $name }. Les personnes avec qui vous échangez peuvent le voir.
sessions-name-taken-away = La session { $id } n’a plus de nom.
sessions-switching = Changement en cours
sessions-push-on = Les notifications push de { $name } sont activées.
sessions-push-off = Les notifications push de { $name } sont désactivées.
sessions-push-unsupported = Les notifications push de { $name } ne peuvent être ni activées ni désactivées d’ici.
sessions-acknowledged-one = Noté : { $name }, c’était vous.
sessions-acknowledged = { $count ->
    [one] Noté : { $count } session était à vous.
   *[other] Noté : { $count } sessions étaient à vous.
}

## keyward sessions propose

propose-none = Aucune session n’est proposée.
propose-title = Vous voudrez peut-être déconnecter :
propose-inactive = { $count ->
    [one] pas active depuis { $count } jour
   *[other] pas active depuis { $count } jours
}
propose-unverified = { $count ->
    [one] pas vérifiée depuis { $count } jour
   *[other] pas vérifiée depuis { $count } jours
}
propose-command = { $count ->
    [one] Consultez-la d’abord, puis : { $command }
   *[other] Consultez d’abord chacune d’elles, puis : { $command }
}

## keyward sessions --watch

watch-signed-out = Déconnectée : { $name } ({ $id })
watch-new = Il y a une nouvelle session : { $name } ({ $id })
watch-renamed = Renommée : { $old } s’appelle maintenant { $name } ({ $id })
watch-trust = { $name } ({ $id }) : { $trust }
watch-push = { $name } ({ $id }) : notifications push { $push }
watch-acknowledged = Reconnue : { $name }

## keyward sessions sign-out

sign-out-these = Ces sessions seront déconnectées :
sign-out-question = Déconnecter ?
sign-out-nobody = Annulé. Aucune session n’a été déconnectée.
sign-out-no-such = Il n’y a aucune session de ce genre.
sign-out-done = { $count ->
    [one] { $count } session déconnectée.
   *[other] { $count } sessions déconnectées.
}
sign-out-confirm-page = Ouvrez cette page dans un navigateur et confirmez-y, en tant que { $user }, qu’il s’agit bien de vous
sign-out-link = { $number } sur { $total } : ouvrez ceci dans un navigateur et déconnectez-y la session { $device } :
sign-out-done-there = C’est fait sur la page ?
sign-out-stopped = { $count ->
    [one] Annulé. { $count } session est déconnectée.
   *[other] Annulé. { $count } sessions sont déconnectées.
}
sign-out-still-there = Cette session est toujours là.

## keyward sessions verify

verify-asking = Demande à l’autre session
verify-handing-over = Transmission des clés
verify-as-numbers = En nombres : { $numbers }
verify-keys-cancel = Ctrl-C annule.
verify-keys-emoji-or-code = Tapez e pour comparer des émojis, c pour afficher un QR code, q pour annuler, puis Entrée.
verify-keys-emoji = Tapez e pour comparer des émojis, q pour annuler, puis Entrée.
verify-keys-code = Tapez c pour afficher un QR code, q pour annuler, puis Entrée.
verify-keys-yes-no = Tapez { $yes } pour oui, { $no } pour non, q pour annuler, puis Entrée.
verify-no-answer = Ce n’est aucune des réponses.
verify-scan-this = Scannez ce code avec { $other }. Cela s’affichera ici quand ce sera fait.
verify-too-narrow = Cette fenêtre est trop étroite pour le QR code. Élargissez-la, ou comparez des émojis.
verify-cannot-scan = L’autre session ne peut pas scanner de code. Comparez des émojis.
verify-terminal-cannot-scan = L’autre session affiche un QR code, qu’un terminal ne peut pas scanner. Annulez et commencez depuis l’autre session.

## The page of sessions

page-too-small = Cette fenêtre est trop petite : { $columns } sur { $rows } au moins. q quitte.
page-title = Sessions de { $user }
page-title-keys = ? aide  q quitter
page-answer-login = y c’était moi   n pas moi : déconnecter
page-answer-login-more = y c’était moi   n pas moi : déconnecter  (et { $more } de plus)
page-view-inactive = i tout voir
page-view-unverified = u tout voir
page-asking = Demande au serveur d’accueil …
page-others = Autres :
page-no-others = Il n’y a aucune autre session.
page-no-others-of-filter = Aucune des autres sessions. Tab montre un autre filtre.
page-this-one = (celle-ci)
page-unknown = inconnue
page-head-session = Session
page-head-verification = Vérification
page-head-activity = Dernière activité
page-head-id = ID
page-head-address = Adresse IP
page-head-push = Push
page-head-kind = Type
page-push-on = oui
page-push-off = non
page-kind-desktop = ordinateur
page-kind-mobile = mobile
page-kind-web = web
page-kind-unknown = inconnu
page-selected = { $count ->
    [one] { $count } sélectionnée
   *[other] { $count } sélectionnées
}
page-asks-to-verify = { $other } demande une vérification. Fermez ceci pour répondre.
page-another-session = Une autre session
page-acknowledged = Noté : c’était vous.
page-session-gone = Cette session n’existe plus : elle a été déconnectée entre-temps.
page-renamed = Renommée.
page-verified = Vérifiée.
page-verified-already = { $name } est déjà vérifiée.
page-unverifiable = { $name } ne prend pas en charge le chiffrement et ne peut donc pas être vérifiée. Déconnectez-la si vous ne la connaissez pas.
page-verify-there = Vérifiez-la dans l’autre programme : c’est lui qui a les clés de cette session.
page-nobody-signed-out = Aucune session n’a été déconnectée. La sélection est conservée.
page-sign-out-stopped = Arrêté. La liste montre ce qui est encore connecté.

page-keys-move = ↑↓ déplacer
page-keys-select = Espace choisir
page-keys-all = a tout l’affiché
page-keys-filter = Tab filtre
page-keys-details = Entrée détails
page-keys-rename = r renommer
page-keys-push = p push
page-keys-sign-out = s déconnecter
page-keys-verify = v vérifier

page-help-title = Touches
page-help-move = se déplacer ; aussi Page haut, Page bas, Début, Fin
page-help-filter = montrer un autre filtre
page-help-view = voir toutes les non vérifiées, toutes les inactives
page-help-keys-select = Espace  a
page-help-select = choisir une session ; toutes celles qui sont affichées
page-help-details = tout sur la session, son historique aussi
page-help-rename = renommer la session
page-help-push = activer ou désactiver les notifications push
page-help-verify = vérifier la session, avec des émojis ou un QR code
page-help-verify-there = vérifier : dans le programme de cette session
page-help-sign-out = déconnecter les sessions choisies, sinon celle à >
page-help-new-login = nouvelle connexion : c’était moi ; sinon, la déconnecter
page-help-refresh = redemander au serveur (la liste suit d’elle-même)
page-help-leave = quitter
page-help-plain = `keyward sessions --plain` dit la même chose en lignes.
page-any-key = N’importe quelle touche ferme ceci.

page-details-title = Détails de la session
page-details-keys = r renommer   p push   v vérifier   s déconnecter   Esc retour
page-details-keys-attached = r renommer   p push   s déconnecter   Esc retour

page-rename-title = Renommer la session
page-rename-public = Les personnes avec qui vous échangez peuvent voir le nom.
page-rename-new = Nouveau nom :
page-rename-working = Changement de nom …
page-rename-keys = Entrée renomme   Esc garde l’ancien nom

page-sign-out-title = Déconnecter
page-sign-out-on-page = Avec ce serveur d’accueil, les sessions se déconnectent sur sa page de compte. Ouvrez ceci dans un navigateur et déconnectez-y la session :
page-sign-out-progress = { $done } sur { $total } déconnectées ; c’est remarqué ici automatiquement.
page-sign-out-page-keys = Entrée regarde de nouveau   n d’abord une autre   Esc arrête
page-sign-out-gone = { $name } (déconnectée entre-temps)
page-sign-out-more = { $count ->
    [one] … et { $count } autre
   *[other] … et { $count } autres
}
page-sign-out-weighing = Recherche de ce que cela entraîne …
page-sign-out-back = Esc revient
page-sign-out-question = { $count ->
    [one] Déconnecter { $count } session ?
   *[other] Déconnecter { $count } sessions ?
}
page-sign-out-keys = Entrée ou y déconnecte   Esc ou n revient
page-sign-out-working = Déconnexion en cours …
page-sign-out-password-keys = Entrée déconnecte   Esc revient
page-sign-out-browser = Ouvrez ceci dans un navigateur et confirmez-y qu’il s’agit bien de vous :
page-sign-out-other-account = Cela a été fait avec un autre compte. Ouvrez ceci de nouveau et faites-le avec le vôtre :
page-sign-out-browser-keys = C’est remarqué ici automatiquement.   Esc arrête

page-verify-title = Vérifier
page-verify-moment = Un instant …
page-verify-cancel = Esc annule
page-verify-accept = v vérifie   Esc ou n refuse
page-verify-emoji-or-code = e comparer des émojis   c afficher un QR code   Esc annule
page-verify-emoji = e comparer des émojis   Esc annule
page-verify-code = c afficher un QR code   Esc annule
page-verify-match = y ils correspondent   n ils ne correspondent pas   Esc annule
page-verify-scanned = y oui   n non : annuler
page-code-too-small = Cette fenêtre est trop petite pour le QR code. Agrandissez-la, ou appuyez sur e pour comparer des émojis. Esc annule.
page-code-scan = Scannez ce code avec { $other }.
page-code-worked = Cela s’affichera ici quand ce sera fait.
page-code-emoji = e comparer plutôt des émojis
