# SPDX-License-Identifier: Apache-2.0
#
# What people read, in French. Not yet read by a native speaker.

## Actions

action-start-reset = Réinitialiser
action-set-up = Configurer
action-start-recovery = Créer une nouvelle clé de sécurité
action-cancel = Annuler
action-close = Fermer
action-back = Retour
action-retry = Réessayer
action-resume = Reprendre
action-look-again = Consulter de nouveau
action-confirm-saved = Je l’ai enregistrée
action-copy-key = Copier
action-authorise = Confirmer
action-open-browser = Ouvrir la page
action-check-now = J’ai terminé sur la page
action-key-taken-over = L’application a la nouvelle clé
action-keep-old-key-storage = Conserver l’ancien stockage des clés
action-unlock = Vérifier avec la clé de sécurité
action-verify-by-session = Vérifier avec une autre session
action-accept = Accepter
action-decline = Refuser
action-compare-emoji = Comparer des émojis
action-show-code = Afficher un QR code
action-scan-code = Scanner un QR code
action-they-match = Ils correspondent
action-they-differ = Ils ne correspondent pas
action-it-worked = Oui, cela a fonctionné
action-it-failed = Non
action-verify = Vérifier
action-rename = Renommer
action-sign-out = Déconnecter
action-sign-out-all-others = Déconnecter toutes les autres sessions
action-it-was-me = C’était moi
action-look-at-sessions = Consulter les sessions
action-examine = Chercher ce qui peut aider
action-lost-key = J’ai perdu la clé de sécurité
action-log-in-again = Se connecter de nouveau
action-log-out = Se déconnecter de cette session
action-export-room-keys = Enregistrer les clés de message
action-save = Enregistrer

## Fields

field-recovery-key = Clé de sécurité
    .hint = Douze groupes de quatre caractères, dont le premier commence par Es
field-passphrase = Phrase de sécurité
    .hint = Les mots que vous avez choisis
field-new-passphrase = Votre propre phrase de sécurité
    .hint = Plusieurs mots sans rapport entre eux. Laissez ce champ vide pour obtenir une clé de sécurité créée pour vous
field-retyped-key = La nouvelle clé de sécurité, saisie de nouveau
    .hint = Pour que vous ayez la certitude de l’avoir enregistrée
field-password = Mot de passe de votre compte
    .hint = Celui avec lequel vous vous connectez
field-old-key = Ancienne clé de sécurité ou ancienne phrase de sécurité
    .hint = Si vous l’avez, le nouveau stockage des clés recevra tout ce que contient l’ancien
    .hint-of-new-key = Elle ouvre aujourd’hui ce que la nouvelle devra ouvrir
field-compromised = Quelqu’un d’autre dispose peut-être de ma clé de sécurité ou de mon compte
    .hint = Dans ce cas, l’ancien stockage des clés sera supprimé, qu’il ait été lu ou non
    .hint-of-app = L’ancien stockage des clés est alors supprimé dès que l’application en a repris tout le contenu dans le nouveau
field-keep-old-key-storage = Conserver l’ancien stockage des clés
    .hint = L’ancienne clé de sécurité l’ouvrira encore par la suite
field-turn-on-key-storage = Activer le stockage des clés
    .hint = Une nouvelle session ne peut lire votre historique que s’il existe un stockage des clés
field-session-name = Nom de la session
    .hint = Les personnes avec qui vous échangez peuvent le voir

## Security Key, spoken letter by letter

key-spoken-capital = { $letter } majuscule

## What is named in several places

heading-digital-identity = Identité numérique
heading-security-key = Clé de sécurité
heading-key-storage = Stockage des clés
heading-session = Session
heading-only-old-key-opens = Ce que seule l’ancienne clé ouvre
heading-it-opens = Elle ouvre
heading-it-does-not-open = Elle n’ouvre pas
heading-not-in-secret-storage = Pas dans le coffre secret

room-keys = { $count ->
    [one] { $count } clé de message
   *[other] { $count } clés de message
}

progress-of = { $step } : { $done } sur { $total }
list-or = { $first } ou { $second }
list-next = { $first }, { $second }

## Reset: what it means

reset-begin-title = Réinitialiser votre identité numérique
reset-begin-intro = Cette opération réinitialise la signature croisée de { $user }. Cela signifie :
reset-set-up-title = Configurer votre identité numérique
reset-set-up-intro = { $user } n’a pas encore d’identité numérique. Cette opération en configure une :
reset-promise = Rien n’est remplacé tant que le serveur d’accueil n’a pas accepté la nouvelle identité numérique. Jusque-là, vous pouvez annuler à tout moment.

reset-means-new-identity = Vous obtiendrez une nouvelle identité numérique. Il sera impossible de rétablir l’ancienne.
reset-means-other-sessions = { $count ->
    [one] { $count } autre session devra ensuite être vérifiée ou déconnectée.
   *[other] { $count } autres sessions devront ensuite être vérifiées ou déconnectées.
}
reset-means-verified-sessions = { $count ->
    [one] { $count } d’entre elles est vérifiée actuellement et ne le sera plus.
   *[other] { $count } d’entre elles sont vérifiées actuellement et ne le seront plus.
}
reset-means-sessions-without-encryption = { $count ->
    [one] Rien ne changera pour { $count } session sans chiffrement.
   *[other] Rien ne changera pour { $count } sessions sans chiffrement.
}
reset-means-contacts = { $count ->
    [one] { $count } contact vérifié devra être vérifié de nouveau. Il verra que votre identité numérique a changé.
   *[other] { $count } contacts vérifiés devront être vérifiés de nouveau. Ils verront que votre identité numérique a changé.
}
reset-means-contacts-unknown = Les contacts que vous avez vérifiés devront être vérifiés de nouveau. Ils verront que votre identité numérique a changé.

reset-means-first-key = Vous obtiendrez une clé de sécurité (clé de récupération), à enregistrer dans un endroit sûr.
reset-means-new-key = Vous obtiendrez une nouvelle clé de sécurité (clé de récupération). L’ancienne clé et l’ancienne phrase de sécurité n’ouvriront plus rien.
reset-means-new-key-but-some = Vous recevez une nouvelle clé de sécurité (clé de récupération). L’ancienne, ainsi que l’ancienne phrase de sécurité, ne servent plus qu’à ce qui est indiqué ci-dessous.
reset-means-other-secrets = { $count ->
    [one] { $count } secret d’un autre programme ne pourra être lu qu’avec l’ancienne clé de sécurité, comme auparavant.
   *[other] { $count } secrets d’autres programmes ne pourront être lus qu’avec l’ancienne clé de sécurité, comme auparavant.
}
reset-means-other-secrets-lost = { $count ->
    [one] { $count } secret d’un autre programme ne pourra plus jamais être lu.
   *[other] { $count } secrets d’autres programmes ne pourront plus jamais être lus.
}

reset-means-storage-off = Le stockage des clés est désactivé pour ce compte et le restera.
reset-means-storage-of-session = { $count ->
    [0] Un nouveau stockage des clés sera créé.
    [one] Un nouveau stockage des clés recevra { $count } clé de message : c’est la seule de cette session.
   *[other] Un nouveau stockage des clés recevra les { $count } clés de message de cette session.
}
reset-means-storage-of-old = { $count ->
    [one] Un nouveau stockage des clés recevra { $count } clé de message : c’est tout ce que contient l’ancien.
   *[other] Un nouveau stockage des clés recevra les { $count } clés de message de l’ancien.
}
reset-means-storage-of-both = { $lacking ->
    [one] Le nouveau stockage des clés recevra aussi { $lacking } clé de message de cette session, si elle lui manque.
   *[other] Le nouveau stockage des clés recevra aussi, parmi les { $lacking } clés de message de cette session, toutes celles qui lui manquent.
}
reset-means-history-stays = L’historique de vos messages restera lisible.
reset-means-old-storage-kept = L’ancien stockage des clés sera conservé.
reset-means-old-storage-deleted = Ensuite, l’ancien stockage des clés sera supprimé.
reset-means-old-storage-unread = { $count ->
    [one] Cette session ne peut pas lire l’ancien stockage des clés ({ $count } clé de message). Il sera conservé, et l’ancienne clé de sécurité l’ouvrira encore. Si vous avez cette clé, arrêtez-vous ici et vérifiez d’abord cette session avec elle : ainsi, rien ne sera laissé de côté.
   *[other] Cette session ne peut pas lire l’ancien stockage des clés ({ $count } clés de message). Il sera conservé, et l’ancienne clé de sécurité l’ouvrira encore. Si vous avez cette clé, arrêtez-vous ici et vérifiez d’abord cette session avec elle : ainsi, rien ne sera laissé de côté.
}
reset-means-old-storage-lost = { $count ->
    [one] Cette session ne peut pas lire l’ancien stockage des clés ({ $count } clé de message), et il sera supprimé parce que quelqu’un d’autre a peut-être l’ancienne clé. Les messages qui ont besoin de ses clés ne pourront alors être lus que là où ils peuvent l’être maintenant.
   *[other] Cette session ne peut pas lire l’ancien stockage des clés ({ $count } clés de message), et il sera supprimé parce que quelqu’un d’autre a peut-être l’ancienne clé. Les messages qui ont besoin de ses clés ne pourront alors être lus que là où ils peuvent l’être maintenant.
}
reset-means-old-storage-gone = { $count ->
    [one] L’ancien stockage des clés ({ $count } clé de message) est supprimé, car quelqu’un d’autre peut avoir l’ancienne clé. Ce qu’il est seul à contenir est perdu.
   *[other] L’ancien stockage des clés ({ $count } clés de message) est supprimé, car quelqu’un d’autre peut avoir l’ancienne clé. Ce qu’il est seul à contenir est perdu.
}
reset-means-older-storages = { $count ->
    [one] { $count } stockage des clés plus ancien, sur le serveur d’accueil, ne peut pas être lu d’ici et restera tel quel.
   *[other] { $count } stockages des clés plus anciens, sur le serveur d’accueil, ne peuvent pas être lus d’ici et resteront tels quels.
}
reset-means-older-storages-deleted = { $count ->
    [one] { $count } stockage des clés plus ancien, sur le serveur d’accueil, ne peut pas être lu d’ici et sera supprimé.
   *[other] { $count } stockages des clés plus anciens, sur le serveur d’accueil, ne peuvent pas être lus d’ici et seront supprimés.
}
reset-means-app-storage = Un nouveau stockage des clés sera créé.
reset-means-app-keys = L’application y mettra ses propres clés de message dès qu’elle aura la nouvelle clé de sécurité.
reset-means-app-old-storage-kept = { $count ->
    [one] L’ancien stockage des clés ({ $count } clé de message) sera conservé.
   *[other] L’ancien stockage des clés ({ $count } clés de message) sera conservé.
}
reset-means-app-old-storage-unread = { $count ->
    [one] L’ancien stockage des clés ({ $count } clé de message) ne sera supprimé que si l’application a mis tout son contenu dans le nouveau. Sinon, il sera conservé, et l’ancienne clé de sécurité l’ouvrira encore. Si vous avez cette clé, donnez-la d’abord : ainsi, rien ne sera laissé de côté.
   *[other] L’ancien stockage des clés ({ $count } clés de message) ne sera supprimé que si l’application a mis tout son contenu dans le nouveau. Sinon, il sera conservé, et l’ancienne clé de sécurité l’ouvrira encore. Si vous avez cette clé, donnez-la d’abord : ainsi, rien ne sera laissé de côté.
}

reset-means-session-stays = Cette session restera connectée et sera ensuite vérifiée.
reset-means-hand-over = À la fin, vous donnerez la nouvelle clé de sécurité à l’application de cette session, comme vous lui donneriez n’importe quelle clé de sécurité.
reset-means-dehydrated-device = L’appareil qui reçoit des messages pendant que vous êtes hors ligne sera supprimé ; les applications en créeront un nouveau.

reset-smaller-new-key = Vous n’avez peut-être pas besoin d’une réinitialisation. Si vous avez perdu la clé de sécurité, créez-en une autre : cette session a les clés privées, donc rien ne sera perdu et personne n’aura à vous vérifier de nouveau.
reset-smaller-verify = Vous n’avez peut-être pas besoin d’une réinitialisation. Si l’une de vos autres sessions vérifiées est à portée de main, vérifiez celle-ci avec elle ; créez ensuite une autre clé de sécurité, et rien ne sera perdu.
reset-smaller-ask = Vous n’avez peut-être pas besoin d’une réinitialisation. Si l’une de vos autres sessions vérifiées est à portée de main, obtenez d’elle les clés privées ; créez ensuite une autre clé de sécurité.
reset-smaller-other-program = Vous n’avez peut-être pas besoin d’une réinitialisation. Si vous avez perdu la clé de sécurité, le programme auquel appartient cette session peut en créer une autre tant qu’il a les clés privées, et rien ne sera perdu.

## Reset: under way

reset-step-fetch-old-backup = Téléchargement des clés de message depuis l’ancien stockage des clés
reset-step-export = Enregistrement des clés de message dans le fichier
reset-step-make-keys = Création des nouvelles clés
reset-step-stage = Préparation du nouveau coffre secret à côté de l’ancien
reset-step-bind = Mise en vigueur de la nouvelle identité numérique
reset-step-back-up = Remplissage du nouveau stockage des clés
reset-step-clean-up = Suppression de ce qui est périmé
reset-working-title = Réinitialisation en cours
reset-working-safe = Vous pouvez encore annuler : rien n’a été remplacé.
reset-working-committed = La nouvelle identité numérique est en vigueur. En cas d’interruption, la réinitialisation reprendra là où elle en était.

save-key-title = Enregistrez votre nouvelle clé de sécurité
save-key-why = Cette clé est le seul moyen d’accéder à l’historique de vos messages si vous perdez toutes vos sessions. Conservez-la dans un gestionnaire de mots de passe, ou sur papier dans un endroit sûr. Personne ne peut vous la rendre.
save-key-then = Tant que vous ne l’avez pas enregistrée, rien n’est remplacé.

authorise-title = Confirmez qu’il s’agit bien de vous
authorise-password = Le serveur d’accueil demande le mot de passe de votre compte.
authorise-browser = Le serveur d’accueil demande que vous confirmiez cela sur une page qui lui est propre. Ouvrez-la, confirmez, puis revenez ici.
authorise-either = Le serveur d’accueil demande le mot de passe de votre compte, ou que vous confirmiez cela sur une page qui lui est propre. L’un des deux suffit.
authorise-other-account = La confirmation sur cette page a été faite pour un autre compte. Déconnectez-vous de ce compte sur la page, puis confirmez en tant que { $user }.
authorise-waiting = En attente de la page. La suite se fera d’elle-même dès que vous y aurez confirmé.
authorise-reset = Ensuite, la nouvelle identité numérique sera mise en vigueur.
authorise-sign-out = Ensuite, les sessions seront déconnectées.

hand-over-title = Donnez la nouvelle clé de sécurité à votre application
hand-over-what = La nouvelle identité numérique est en vigueur. Saisissez maintenant la nouvelle clé de sécurité dans l’application à laquelle appartient cette session, comme vous le feriez pour vérifier cette session. Tout ce qui est ancien est encore là.
hand-over-no-storage = Si l’application propose de réparer le stockage des clés, refusez.
hand-over-then = Quand l’application aura la clé et aura lu le nouveau stockage des clés, indiquez-le ici.

reset-done-title = Votre nouvelle identité numérique est en vigueur
reset-done-fingerprint-before = Empreinte précédente
reset-done-fingerprint-now = Empreinte actuelle
reset-done-contacts = { $count ->
    [one] { $count } contact doit être vérifié de nouveau.
   *[other] { $count } contacts doivent être vérifiés de nouveau.
}
reset-done-contacts-unknown = Les contacts que vous aviez vérifiés doivent être vérifiés de nouveau.
reset-done-key = La clé que vous avez enregistrée ouvre désormais tout.
reset-done-old-key-keep = Si l’ancienne clé réapparaît, conservez-la : elle seule ouvre l’ancien stockage des clés.
reset-done-old-key-some = Conservez aussi l’ancienne : elle seule ouvre des stockages de clés plus anciens ou des secrets d’autres programmes.
reset-done-old-key-useless = L’ancienne clé n’est plus d’aucune utilité. Jetez-la, afin que personne ne confonde les deux.
reset-done-room-keys = { $count ->
    [one] { $count } clé de message est dans le nouveau stockage des clés.
   *[other] { $count } clés de message sont dans le nouveau stockage des clés.
}
reset-done-session = Cette session est vérifiée.
reset-done-untrusted = { $count ->
    [one] { $count } session doit être vérifiée de nouveau ou déconnectée.
   *[other] { $count } sessions doivent être vérifiées de nouveau ou déconnectées.
}
old-storage-drained = Toutes les clés de message de l’ancien stockage des clés sont dans le nouveau ; l’ancien a été supprimé.
old-storage-kept = L’ancien stockage des clés est toujours sur le serveur d’accueil. L’ancienne clé de sécurité l’ouvre, si elle réapparaît un jour.
old-storage-none = Il n’y avait pas d’ancien stockage des clés.
old-storage-deleted = L’ancien stockage des clés a été supprimé ; ce que lui seul contenait est perdu.
old-storage-in-the-way = Le serveur d’accueil continue d’utiliser l’ancien stockage des clés et n’en accepte pas de nouveau. Les clés de message de cette session ne sont dans aucun nouveau stockage des clés : enregistrez-les dans un fichier.
old-storage-in-the-way-of-app = Le serveur d’accueil continue d’utiliser l’ancien stockage des clés et n’en accepte pas de nouveau.

reset-stopped-title = La réinitialisation s’est arrêtée
reset-stopped-before = Rien n’a été remplacé.
reset-stopped-after = La nouvelle identité numérique est en vigueur, et rien n’est perdu. La réinitialisation peut être terminée à tout moment.
reset-cancelled-title = La réinitialisation a été annulée
reset-cancelled = Ce que la réinitialisation avait ajouté est retiré, et votre ancienne clé de sécurité reste en vigueur. S’il a déjà été demandé au serveur d’accueil d’accepter la nouvelle identité numérique, conservez les deux clés jusqu’à ce qu’un examen de votre compte montre laquelle est en vigueur.

reset-pending-title = Une réinitialisation a été interrompue
reset-pending-staged = Rien n’a été remplacé. Vous pouvez reprendre la réinitialisation ou l’annuler.
reset-pending-committed = Votre nouvelle identité numérique est déjà en vigueur. Reprenez la réinitialisation pour la terminer ; rien n’est perdu.
reset-pending-handing-over = Votre nouvelle identité numérique est déjà en vigueur. Reprenez la réinitialisation pour donner la nouvelle clé de sécurité à votre application.

## New Security Key

recovery-begin-title = Créer une nouvelle clé de sécurité
recovery-begin-intro = Cette opération crée une nouvelle clé de sécurité (clé de récupération) pour { $user }. Cela signifie :
recovery-means-key = Vous en obtiendrez une nouvelle. Ensuite, l’ancienne clé et l’ancienne phrase de sécurité ne seront plus d’aucune utilité.
recovery-means-identity = Elle reste en place. Aucune confiance n’est perdue : aucune session ni aucun contact ne doit être vérifié de nouveau.
recovery-means-storage-stays = Il reste en place, avec tout ce qu’il contient.
recovery-means-storage-closed = Il reste en place, mais cette session n’en a pas la clé : la nouvelle clé de sécurité ne l’ouvrira donc pas. Si vous avez l’ancienne, arrêtez-vous ici et vérifiez d’abord cette session avec elle.
recovery-promise = Aucun mot de passe n’est nécessaire. L’ancienne clé reste en vigueur jusqu’à ce que vous ayez enregistré la nouvelle ; jusque-là, vous pouvez annuler à tout moment.

recovery-working-title = Création d’une nouvelle clé de sécurité
recovery-step-make-key = Création de la nouvelle clé
recovery-step-stage = Écriture de vos secrets sous la nouvelle clé, à côté de l’ancienne
recovery-step-switch = Mise en vigueur de la nouvelle clé
recovery-step-clean-up = Suppression de ce qui se trouve sous l’ancienne clé
recovery-working-safe = Vous pouvez encore annuler : l’ancienne clé est en vigueur.
recovery-working-committed = Il n’est plus possible d’annuler. En cas d’interruption, l’opération reprendra là où elle en était.

recovery-done-title = Votre nouvelle clé de sécurité est en vigueur
recovery-done-key = La clé que vous avez enregistrée ouvre désormais votre coffre secret.
recovery-done-old-key-useless = L’ancienne clé n’est plus d’aucune utilité. Jetez-la, afin que personne ne confonde les deux.
recovery-done-old-key-keep = Si l’ancienne clé réapparaît, conservez-la : elle seule ouvre ce qui est nommé ci-dessous.
recovery-done-storage-closed = Cette session n’a pas la clé du stockage des clés : la nouvelle clé de sécurité ne l’ouvre donc pas, et les nouvelles clés de message de cette session n’y sont pas ajoutées.
recovery-done-identity = Comme avant : tout ce qui était vérifié l’est encore.
recovery-old-opens-storage-or-earlier = Le stockage des clés, ou un stockage des clés antérieur
recovery-old-opens-earlier-storage = Un stockage des clés antérieur
recovery-old-opens-dehydrated-device = L’appareil qui reçoit des messages pendant que vous êtes hors ligne
recovery-old-opens-other-program = Un secret d’un autre programme ({ $name })

recovery-stopped-title = La création de la nouvelle clé de sécurité n’est pas terminée
recovery-stopped-before = L’ancienne clé de sécurité est en vigueur.
recovery-stopped-after = La nouvelle clé de sécurité est en vigueur, ou le sera dès que l’opération aura repris. Conservez les deux clés jusque-là.
recovery-cancelled-title = Aucune nouvelle clé de sécurité n’a été créée
recovery-cancelled = Ce qui avait été ajouté est retiré, et votre ancienne clé de sécurité reste en vigueur. Si la mise en vigueur de la nouvelle avait déjà commencé, conservez les deux jusqu’à ce qu’un examen de votre compte montre laquelle est en vigueur.
recovery-pending-title = La création d’une nouvelle clé de sécurité n’a pas été terminée
recovery-pending-staged = L’ancienne clé est en vigueur. Vous pouvez reprendre l’opération ou l’annuler.
recovery-pending-committed = La nouvelle clé est en cours de mise en vigueur. Reprenez l’opération pour la terminer ; rien n’est perdu.

## What a key opens

check-title = Ce que cette clé de sécurité ouvre
check-is-default = C’est la clé de sécurité du compte, celle que toutes les applications demandent.
check-is-not-default = C’est une clé de ce compte, mais pas celle que les applications demandent : elle n’est pas encore en vigueur, ou elle ne l’est plus.
check-opens-all = Elle ouvre tout. Conservez-la dans un endroit sûr.
check-opens-all-not-default = Elle ouvre tout. Regardez si la création d’une nouvelle clé de sécurité attend d’être terminée.
check-opens-some = Elle n’ouvre pas tout. Créez une nouvelle clé de sécurité, dans une session vérifiée qui a les clés privées.
check-opens-some-elsewhere = Elle n’ouvre pas tout. Créez une nouvelle clé de sécurité dans le programme auquel appartient cette session.
secret-identity = Identité numérique
secret-master = Identité numérique : la clé principale
secret-self-signing = Identité numérique : la clé qui vérifie vos sessions
secret-user-signing = Identité numérique : la clé qui vérifie les contacts
secret-key-storage = Stockage des clés : vos messages chiffrés

## Unlock: this session is verified with the Security Key or Phrase

unlock-title = Vérifier cette session
unlock-how = Saisissez votre clé de sécurité ou votre phrase de sécurité. Cette session sera alors vérifiée et pourra lire l’historique de vos messages.
unlock-lost = Si vous n’avez ni l’une ni l’autre, une autre session vérifiée peut vérifier celle-ci.
unlock-working = Vérification de cette session
unlock-done-title = Cette session est vérifiée
unlock-done-storage = L’historique de vos messages devient lisible grâce au stockage des clés, à mesure que vous ouvrez les salons.
unlock-done-without-storage = Le stockage des clés n’a pas été ouvert. Des messages plus anciens peuvent rester illisibles ici.

## Verification of a session by another

verify-title = Vérifier une session
verify-waiting = En attente de { $other }. Lorsque la demande apparaît là-bas, acceptez-la.
verify-requested = Demande de vérification de { $other }. N’acceptez que si vous l’avez lancée depuis cette autre session.
verify-ready = Réponse reçue de { $other }.
verify-how = Réponse reçue de { $other }. Comment voulez-vous comparer ?
verify-only-scan = Un QR code est affiché par { $other }. Scannez-le.
verify-show-code = Scannez ce code avec { $other }.
verify-show-code-alternative = Si l’autre session ne peut pas scanner, comparez plutôt des émojis.
verify-emoji = Ces émojis sont-ils ceux que { $other } affiche, dans cet ordre ?
verify-numbers = Ces nombres sont-ils ceux que { $other } affiche, dans cet ordre ?
verify-time-limit = Les sessions abandonnent après une minute sans réponse.
verify-scanned = Le code a été scanné par { $other }. L’autre session indique-t-elle que cela a fonctionné ?
verify-confirmed = En attente de { $other } : confirmez là-bas aussi.
verify-done-title = Session vérifiée
verify-done = La signature est sur le serveur d’accueil.
verify-cancelled-title = Session non vérifiée
verify-stopped-title = La vérification s’est arrêtée
verify-the-other-session = l’autre session

cancelled-user = La vérification a été annulée. Recommencez-la quand les deux côtés seront prêts.
cancelled-timed_out = La vérification a pris trop de temps. Recommencez-la avec les deux sessions à portée de main.
cancelled-mismatched_sas = Les émojis ou les nombres n’étaient pas les mêmes. Il se peut que quelqu’un écoute l’échange : contrôlez que vous utilisez le bon serveur d’accueil, et réessayez sur un autre réseau.
cancelled-mismatched_commitment = Les clés ne sont pas celles qui étaient attendues. Il se peut que quelqu’un écoute l’échange, ou que cette session ne soit pas celle que vous vouliez : consultez la liste des sessions avant de réessayer.
cancelled-key_mismatch = { cancelled-mismatched_commitment }
cancelled-user_mismatch = { cancelled-mismatched_commitment }
cancelled-accepted_elsewhere = Une autre session a répondu à cette demande. Continuez là-bas.
cancelled-unknown_method = Les deux sessions n’ont aucun moyen commun de vérifier. Essayez les émojis, ou mettez à jour l’autre client.
cancelled-unexpected_message = Les deux sessions ne se sont pas comprises. Recommencez ; si cela persiste, mettez à jour l’autre client.
cancelled-invalid_message = { cancelled-unexpected_message }
cancelled-unknown_transaction = { cancelled-unexpected_message }
cancelled-invalid_qr_code = Le code scanné n’était pas le bon. Recommencez et scannez le code qui s’affichera alors.
cancelled-another_verification = Une autre vérification a été lancée en même temps : les deux ont donc été annulées. Recommencez l’une d’elles.
cancelled-session_gone = L’autre session a été déconnectée. Affichez de nouveau la liste des sessions.
cancelled-other = L’autre session a annulé sans raison connue ici. Recommencez.

## Sessions

sessions-title = Sessions
sessions-others = { $count ->
    [0] Il n’y a aucune autre session.
    [one] { $count } autre session
   *[other] { $count } autres sessions
}
sessions-of-filter = { $count ->
    [0] Aucune session ne correspond à ce filtre.
    [one] { $count } session
   *[other] { $count } sessions
}
filter-all = Toutes
filter-verified = Vérifiées
filter-unverified = Non vérifiées
filter-inactive = Inactives
filter-unverifiable = Sans chiffrement
trust-verified = Vérifiée
trust-unverified = Non vérifiée
trust-unverifiable = Sans chiffrement
trust-unverifiable-explained = Ne prend pas en charge le chiffrement et ne peut donc pas être vérifiée
session-inactive = Inactive depuis 90 jours ou plus
session-current = Cette session

advice-unverified = { $count ->
    [one] { $count } session non vérifiée : vérifiez-la, ou déconnectez-la si vous ne la connaissez pas.
   *[other] { $count } sessions non vérifiées : vérifiez-les, ou déconnectez celles que vous ne connaissez pas.
}
advice-unverified-unsure = { $count ->
    [one] { $count } session non vérifiée, pour autant que celle-ci puisse en juger.
   *[other] { $count } sessions non vérifiées, pour autant que celle-ci puisse en juger.
}
advice-inactive = { $count ->
    [one] { $count } session inactive (90 jours ou plus) : déconnectez-la si elle n’est pas utilisée.
   *[other] { $count } sessions inactives (90 jours ou plus) : déconnectez celles qui ne sont pas utilisées.
}
advice-unlisted = { $count ->
    [one] { $count } session que le serveur d’accueil masque dans sa liste : c’est une défaillance de sa part, ou l’œuvre de quelqu’un.
   *[other] { $count } sessions que le serveur d’accueil masque dans sa liste : c’est une défaillance de sa part, ou l’œuvre de quelqu’un.
}
session-unlisted = Le serveur d’accueil montre les clés de cette session, mais omet cette session dans la liste des sessions
new-login = Nouvelle connexion : { $name } ({ $device }), { $ago }. Était-ce vous ?

session-name-public = Public : les personnes avec qui vous échangez peuvent le voir
session-name-is-client = Elle n’a pas de nom ; c’est ainsi que son client se désigne
session-name-is-id = Elle n’a pas de nom ; ceci est son identifiant
session-id = Identifiant de session
session-verification = Vérification
session-last-activity = Dernière activité
session-activity-unknown = activité inconnue
session-ip-address = Adresse IP
session-client = Client
session-kind = Type
session-push = Notifications push
session-fingerprint = Empreinte
session-first-listed = Première apparition dans la liste
session-new-login-open = Une nouvelle connexion que personne n’a reconnue
session-new-login-acknowledged = Une nouvelle connexion que vous avez reconnue
session-renamed = Changement de nom
session-renamed-from-to = Auparavant { $from }, désormais { $to }
session-no-name = sans nom
unknown = information inconnue
kind-desktop = Ordinateur
kind-mobile = Mobile
kind-web = Web
kind-unknown = inconnu
push-on = activées
push-off = désactivées
push-unsupported = ne peuvent être ni activées ni désactivées d’ici

ago-now = à l’instant
ago-minutes = { $count ->
    [one] il y a { $count } minute
   *[other] il y a { $count } minutes
}
ago-hours = { $count ->
    [one] il y a { $count } heure
   *[other] il y a { $count } heures
}
ago-days = { $count ->
    [one] il y a { $count } jour
   *[other] il y a { $count } jours
}

rename-title = Renommer la session

sign-out-title = { $count ->
    [one] Déconnecter { $count } session ?
   *[other] Déconnecter { $count } sessions ?
}
sign-out-trust-unknown = { $count ->
    [one] Cette session n’est pas vérifiée : elle ne peut donc pas dire si la session à déconnecter est vérifiée et probablement à vous.
   *[other] Cette session n’est pas vérifiée : elle ne peut donc pas dire lesquelles des sessions à déconnecter sont vérifiées et probablement à vous.
}
sign-out-verified = { $count ->
    [one] { $count } d’entre elles est vérifiée : elle est donc probablement à vous.
   *[other] { $count } d’entre elles sont vérifiées : elles sont donc probablement à vous.
}
sign-out-it-is-verified = Elle est vérifiée : elle est donc probablement à vous.
sign-out-seen = { $count ->
    [one] { $count } d’entre elles a été active au cours des dernières 24 heures : quelqu’un l’utilise donc.
   *[other] { $count } d’entre elles ont été actives au cours des dernières 24 heures : quelqu’un les utilise donc.
}
sign-out-it-was-seen = Elle a été active au cours des dernières 24 heures : quelqu’un l’utilise donc.
sign-out-this = Cette session en fait partie : vous serez déconnecté ici.
sign-out-last-session = Il ne restera aucune autre session qui prenne en charge le chiffrement : seule la clé de sécurité ouvrira alors vos messages.
sign-out-unsaved-room-keys = { $count ->
    [one] { $count } clé de message de cette session n’est dans aucun stockage des clés. Enregistrez-la avant de vous déconnecter.
   *[other] { $count } clés de message de cette session ne sont dans aucun stockage des clés. Enregistrez-les avant de vous déconnecter.
}
sign-out-on-page = Avec ce serveur d’accueil, les sessions se déconnectent sur sa page de compte, dans un navigateur.
sign-out-working = Déconnexion en cours
sign-out-stopped-title = La déconnexion n’est pas terminée
sign-out-done-title = { $count ->
    [one] { $count } session déconnectée
   *[other] { $count } sessions déconnectées
}

## Where the screens begin, and what did not work

overview-title = Sécurité du compte
stopped-title = Cela n’a pas fonctionné

## Examination

doctor-title = État de votre compte
doctor-healthy = La sécurité de votre compte est en ordre.
doctor-smallest-first = Ce qui est nommé en premier est la plus petite mesure qui aide.
doctor-more = { $count ->
    [one] et { $count } autre
   *[other] et { $count } autres
}
severity-info = Bon à savoir
severity-warning = Avertissement
severity-critical = Important

finding-session-unverified = Cette session n’est pas vérifiée : les autres personnes et vos autres sessions ne peuvent pas savoir qu’elle est à vous, et de nombreuses applications refusent de fonctionner avec de telles sessions. Votre compte lui-même n’a subi aucun dommage.
finding-session-keys_missing = Cette session est vérifiée, mais elle n’a pas les clés privées de votre identité numérique. Elle fonctionne, mais elle ne peut ni vérifier d’autres sessions ni créer une nouvelle clé de sécurité.
finding-session-device_keys_differ = Le serveur d’accueil montre pour cette session d’autres clés que celles qu’elle a. Soit cette session a été restaurée à partir d’une ancienne copie, soit le serveur d’accueil n’est pas honnête. Les messages adressés à cette session ne peuvent pas être lus ici.
finding-session-tokens_exposed = Une version antérieure a laissé les jetons d’accès de cette session non chiffrés sur ce disque, et le serveur d’accueil n’offre aucun moyen de les remplacer.
finding-identity-missing = Votre compte n’a pas encore d’identité numérique : aucune session ne peut donc être vérifiée, et il n’y a pas de clé de sécurité.
finding-identity-gone = Le serveur d’accueil ne montre plus votre identité numérique, que cette session connaît. Une identité numérique peut être remplacée, mais elle n’est jamais supprimée : soit le serveur d’accueil a été ramené à un état antérieur, soit il n’est pas honnête. Attendez de voir si elle revient avant d’en configurer une autre.
finding-identity-invalid = L’identité numérique que montre le serveur d’accueil est endommagée : ses signatures ne sont pas valides, et personne ne peut donc s’y fier.
finding-identity-replaced = Votre identité numérique est une autre que celle que cette session a vérifiée. Si vous l’avez réinitialisée sur un autre appareil, vérifiez de nouveau cette session. Si ce n’est pas vous, c’est quelqu’un d’autre : changez d’abord votre mot de passe, et consultez vos sessions.
finding-secret_storage-missing = Votre compte n’a pas de coffre secret, et donc pas de clé de sécurité : si vous perdez vos sessions, votre historique et votre identité numérique seront perdus avec elles.
finding-secret_storage-no_default = Le coffre secret existe, mais il ne désigne aucune clé de sécurité : aucune application ne peut donc l’ouvrir. Une application qui a commencé une réinitialisation sans la terminer le laisse dans cet état.
finding-secret_storage-incomplete-both = Votre clé de sécurité n’ouvre pas tout : votre identité numérique et la clé du stockage des clés ne se trouvent pas sous cette clé. Une nouvelle connexion ne permettrait pas de les retrouver.
finding-secret_storage-incomplete-storage = Votre clé de sécurité n’ouvre pas tout : la clé du stockage des clés ne se trouve pas sous cette clé. Une nouvelle connexion ne permettrait pas de la retrouver.
finding-secret_storage-incomplete-identity = Votre clé de sécurité n’ouvre pas tout : votre identité numérique ne se trouve pas sous cette clé. Une nouvelle connexion ne permettrait pas de la retrouver.
finding-secret_storage-stale = { $count ->
    [one] Le coffre secret contient des entrées d’une ancienne clé qui n’existe plus. Elles n’ouvrent rien et ne causent aucun dommage.
   *[other] Le coffre secret contient des entrées de { $count } anciennes clés qui n’existent plus. Elles n’ouvrent rien et ne causent aucun dommage.
}
finding-secret_storage-wrong_key = La clé de sécurité ou la phrase de sécurité que vous avez donnée n’est pas celle que les applications demandent : une autre a pris sa place.
finding-secret_storage-wrong_key-both = La clé de sécurité ou la phrase de sécurité que vous avez donnée n’ouvre ni votre identité numérique ni la clé du stockage des clés. Soit ce n’est pas l’actuelle, soit une application a écrit autre chose à cet endroit. Une nouvelle connexion ne permettrait pas de les retrouver avec elle.
finding-secret_storage-wrong_key-storage = La clé de sécurité ou la phrase de sécurité que vous avez donnée n’ouvre pas la clé du stockage des clés. Soit ce n’est pas l’actuelle, soit une application a écrit autre chose à cet endroit. Une nouvelle connexion ne permettrait pas de retrouver cette clé avec elle.
finding-secret_storage-wrong_key-identity = La clé de sécurité ou la phrase de sécurité que vous avez donnée n’ouvre pas votre identité numérique. Soit ce n’est pas l’actuelle, soit une application a écrit autre chose à cet endroit. Une nouvelle connexion ne permettrait pas de retrouver cette identité avec elle.
finding-recovery_key-lost = Vous avez perdu votre clé de sécurité. Rien n’est perdu avec elle tant que l’une de vos sessions est vérifiée ; créez-en une nouvelle avant de perdre cette session.
finding-backup-missing = Vos clés de message ne sont pas sauvegardées : une nouvelle session ne peut pas lire votre historique et, si vous perdez vos sessions, il sera perdu.
finding-backup-off = Le stockage des clés est désactivé : une nouvelle session ne peut donc pas lire votre historique. Si c’est ce que vous voulez, tout est en ordre.
finding-backup-key_elsewhere = Il existe un stockage des clés, mais cette session n’en a pas la clé : les clés de message de cette session n’y sont pas ajoutées.
finding-backup-behind = { $count ->
    [one] { $count } clé de message de cette session n’est pas encore dans le stockage des clés.
   *[other] { $count } clés de message de cette session ne sont pas encore dans le stockage des clés.
}
finding-backup-flag_contradicts = Il existe un stockage des clés, mais les paramètres de votre compte disent que vous n’en voulez pas. Les applications ne s’accordent pas sur ce qui prime, et peuvent cesser de sauvegarder.
finding-backup-untrusted = Le stockage des clés qui est sur le serveur d’accueil n’est signé par personne à qui cette session fait confiance. S’il n’est pas à vous, la personne qui l’a créé lirait ce qui y est mis : cette session n’y met donc rien.
finding-backup-old_left = { $count ->
    [one] Un stockage des clés plus ancien, qui est à vous, existe encore. Avec la clé de sécurité de l’époque, ce qu’il contient peut être déplacé dans l’actuel.
   *[other] { $count } versions plus anciennes de votre stockage des clés existent encore. Avec la clé de sécurité de l’époque, ce qu’elles contiennent peut être déplacé dans l’actuel.
}
finding-dehydrated-foreign = Un appareil censé recevoir vos messages pendant que vous êtes hors ligne n’est pas signé par votre identité numérique. C’est un appareil resté d’avant, ou celui de quelqu’un d’autre, et vous ne pouvez pas lire ce qu’il reçoit.
finding-sessions-unverified = { $count ->
    [one] { $count } autre session n’est pas vérifiée. Si elle est à vous, vérifiez-la ; si vous ne la connaissez pas, déconnectez-la et changez votre mot de passe.
   *[other] { $count } autres sessions ne sont pas vérifiées. Si elles sont à vous, vérifiez-les ; si vous ne les connaissez pas, déconnectez-les et changez votre mot de passe.
}
finding-sessions-inactive = { $count ->
    [one] { $count } autre session n’a pas été active depuis 90 jours. Si vous ne l’utilisez plus, elle peut être déconnectée.
   *[other] { $count } autres sessions n’ont pas été actives depuis 90 jours. Celles que vous n’utilisez plus peuvent être déconnectées.
}
finding-sessions-keyless = { $count ->
    [one] { $count } autre session ne prend pas en charge le chiffrement.
   *[other] { $count } autres sessions ne prennent pas en charge le chiffrement.
}
finding-sessions-unlisted = { $count ->
    [one] Le serveur d’accueil montre les clés de { $count } session qu’il omet dans la liste de vos sessions. C’est une défaillance du serveur d’accueil, ou quelqu’un masque une session.
   *[other] Le serveur d’accueil montre les clés de { $count } sessions qu’il omet dans la liste de vos sessions. C’est une défaillance du serveur d’accueil, ou quelqu’un masque une session.
}
finding-server-no_key_backup = Ce serveur d’accueil ne garde aucun stockage des clés : une nouvelle session ne peut donc pas lire votre historique. Exportez vos clés de message dans un fichier pour les conserver.
finding-server-no_account_data_list = Ce serveur d’accueil ne donne pas la liste de ce qui est enregistré pour votre compte. Il est impossible de voir ce qu’une ancienne clé de sécurité ouvre d’autre : les anciennes clés sont donc laissées où elles sont, et une clé qui n’est pas l’actuelle ne peut pas être utilisée.
finding-contacts-changed = { $count ->
    [one] { $count } contact a une autre identité numérique que celle que vous aviez vérifiée. Peut-être l’a-t-il réinitialisée, ou peut-être quelqu’un d’autre se fait-il passer pour lui. Interrogez-le par un autre moyen, et comparez des émojis avec lui avant de vous fier à ce que vous vous écrivez.
   *[other] { $count } contacts ont une autre identité numérique que celle que vous aviez vérifiée. Peut-être l’ont-ils réinitialisée, ou peut-être quelqu’un d’autre se fait-il passer pour eux. Interrogez-les par un autre moyen, et comparez des émojis avec eux avant de vous fier à ce que vous vous écrivez.
}
finding-contacts-verified_lost = { $count ->
    [one] Vous aviez vérifié { $count } contact avec votre ancienne identité numérique, qui n’existe plus. Vous pouvez continuer à lui écrire ; vous ne saurez si quelqu’un a pris sa place qu’après avoir de nouveau comparé des émojis avec lui.
   *[other] Vous aviez vérifié { $count } contacts avec votre ancienne identité numérique, qui n’existe plus. Vous pouvez continuer à leur écrire ; vous ne saurez si quelqu’un a pris leur place qu’après avoir de nouveau comparé des émojis avec eux.
}
finding-flow-pending = Une réinitialisation ou la création d’une nouvelle clé de sécurité a été interrompue et attend. Tant qu’elle n’est ni terminée ni annulée, aucune autre opération qui modifie des clés ne peut être commencée.

## What mends it

remedy-unlock = Vérifier cette session avec la clé de sécurité ou la phrase de sécurité
remedy-verify_by_session = Vérifier cette session avec une autre session, par des émojis ou un QR code
remedy-ask_other_sessions = Demander les clés privées à vos autres sessions
remedy-sign_this_session = Signer cette session avec les clés privées qu’elle a
remedy-write_secret_storage = Écrire ce qui manque dans le coffre secret, sous la clé de sécurité actuelle
remedy-new_recovery_key = Créer une nouvelle clé de sécurité
remedy-make_backup = Créer un stockage des clés
remedy-upload_room_keys = Les envoyer
remedy-say_backup_is_wanted = Indiquer que vous voulez le stockage des clés
remedy-recover_room_keys = Déplacer ce contenu dans le stockage des clés actuel
remedy-remove_dehydrated_device = Supprimer cet appareil
remedy-look_at_sessions = Les consulter
remedy-verify_contacts_again = Comparer des émojis avec eux dans l’application où vous leur écrivez
remedy-dismiss_contacts = Les laisser non vérifiés, et ne plus recevoir d’avis à ce sujet
remedy-log_in_again = Se déconnecter, puis se connecter de nouveau
remedy-resume_reset = Reprendre la réinitialisation
remedy-cancel_reset = Annuler la réinitialisation
remedy-resume_recovery = Reprendre la création de la nouvelle clé de sécurité
remedy-cancel_recovery = Annuler la création de la nouvelle clé de sécurité
remedy-in_other_program = Le faire dans le programme auquel appartient cette session
remedy-set_up = Configurer une identité numérique, une clé de sécurité et un stockage des clés
remedy-reset = Réinitialiser : une nouvelle identité numérique
remedy-alone = { $remedy }.
remedy-by-sessions = { $remedy } (via { $sessions }).

consequence-nothing_is_lost = Rien n’est perdu, et personne n’a à vous vérifier de nouveau.
consequence-sessions_lose_trust = { $count ->
    [0] Aucune de vos autres sessions n’est vérifiée actuellement.
    [one] { $count } autre session devra être vérifiée de nouveau.
   *[other] { $count } autres sessions devront être vérifiées de nouveau.
}
consequence-room_keys_uploaded = { $count ->
    [one] { $count } clé de message sera ajoutée au stockage des clés.
   *[other] { $count } clés de message seront ajoutées au stockage des clés.
}
consequence-room_keys_need_old_key = { $count ->
    [one] { $count } clé de message du stockage des clés actuel nécessite l’ancienne clé de sécurité.
   *[other] { $count } clés de message du stockage des clés actuel nécessitent l’ancienne clé de sécurité.
}
consequence-authorisation = Votre mot de passe, ou une approbation dans le navigateur, est nécessaire.
consequence-contacts_verify_again = Les personnes qui ont effectué votre vérification devront la refaire.
consequence-no_messages_while_offline = Tant qu’une application n’aura pas créé un nouvel appareil de ce type, rien ne recevra vos messages pendant que vous êtes hors ligne.

## What went wrong. Each is named after the code of the error

error-account-closed = Ce compte a été fermé. Rétablissez-le d’abord.
error-account-paused = Ce compte a été mis en pause. Reprenez-le, puis réessayez.

error-attach-homeserver = L’adresse du serveur d’accueil doit commencer par https://.
error-attach-id = L’identifiant d’utilisateur a la forme @alice:example.org, et l’identifiant d’appareil n’est pas vide.
error-attach-key = Une clé a 43 caractères en base64, comme d’autres sessions l’affichent (clé de session, empreinte).
error-attach-reset_pending = Une réinitialisation ou la création d’une nouvelle clé de sécurité attend ici, ou sa dernière requête peut encore arriver, et ses nouvelles clés ne sont peut-être nulle part ailleurs. Terminez-la ou annulez-la d’abord, ou abandonnez-la.

error-auth-browser_needed = Ce serveur d’accueil demande que cela soit autorisé dans un navigateur.
error-auth-not_approved = Personne ne l’a encore autorisé dans le navigateur, ou l’approbation n’est plus valable. Réessayez.
error-auth-unsupported = Ce serveur d’accueil demande une autorisation qui n’est pas prise en charge : { $stages }.
error-auth-wrong_password = Ce mot de passe est incorrect. Réessayez.

error-discovery-certificate = Le certificat de ce qui répond à cette adresse n’est pas valide : il se peut que quelqu’un d’autre réponde à sa place. Contrôlez l’orthographe et la date de cet appareil, ou essayez un autre réseau.
error-discovery-insecure = L’utilisation de HTTP sans chiffrement a été refusée : les mots de passe circuleraient non chiffrés. Utilisez une adresse https://.
error-discovery-not_a_server_name = Ce n’est ni un nom de serveur comme example.org, ni une adresse comme https://matrix.example.org.
error-discovery-not_matrix = Quelque chose répond à cette adresse, mais ce n’est pas un serveur d’accueil Matrix. Contrôlez l’adresse.
error-discovery-unreachable = Rien ne répond à cette adresse. Contrôlez l’orthographe et la connexion au réseau.

error-export-disk_full = Il n’y a plus de place pour le fichier : le disque est plein.
error-export-empty_passphrase = La phrase secrète est vide.
error-export-is_folder = C’est un dossier, et non un fichier.
error-export-no_such_folder = Le dossier du fichier n’existe pas.
error-export-permission_denied = L’écriture à cet endroit n’est pas permise.
error-export-store_failed = La base de données locale ne peut pas être lue : { $cause }.
error-export-store_version = La base de données locale a la version de schéma { $found } ; cette version du programme lit { $known }.
error-export-write_failed = L’écriture du fichier a échoué : { $cause }.

error-import-changed = Le fichier a changé pendant sa lecture.
error-import-damaged = Le fichier est endommagé.
error-import-disk_full = La base de données locale ne peut pas recevoir les clés de message : le disque est plein.
error-import-not_a_file = Ce n’est pas un fichier ordinaire.
error-import-not_an_export = Ce n’est pas un fichier de clés de message exportées.
error-import-not_found = Le fichier n’existe pas.
error-import-not_room_keys = Le fichier ne contient pas de liste de clés de message.
error-import-permission_denied = La lecture de ce fichier n’est pas permise.
error-import-read_failed = La lecture du fichier a échoué : { $cause }.
error-import-rounds = Ce fichier demande { $asked } tours de dérivation de clé ; au moins 1 et au plus { $most } sont acceptés.
error-import-store_failed = La base de données locale a refusé les clés de message : { $cause }.
error-import-truncated = Le fichier est tronqué : sa fin manque.
error-import-unsupported_version = Le fichier est à la version { $found } du format ; seule la version 1 est prise en charge.
error-import-wrong_passphrase = La phrase secrète est incorrecte, ou le fichier est endommagé.

error-login-already_logged_in = Ce dossier contient déjà une session de { $user }. Déconnectez-la d’abord, ou choisissez un autre dossier.
error-login-client_refused = Le service de compte du serveur d’accueil refuse ce programme ({ $code }).
error-login-denied = La connexion a été annulée dans le navigateur. Recommencez-la si c’était une erreur.
error-login-ended = Le service de compte du serveur d’accueil a mis fin à la connexion ({ $code }). Recommencez-la.
error-login-expired = La connexion a expiré, ou sa réponse a déjà été utilisée. Recommencez-la.
error-login-not_begun = Aucune connexion n’attend ici un navigateur. Recommencez la connexion.
error-login-not_offered = Ce serveur d’accueil ne propose pas cette façon de se connecter.
error-login-other_answer = Cette réponse appartient à une autre connexion. Terminez celle qui a été commencée ici, ou recommencez-la.
error-login-password_not_offered = Ce serveur d’accueil ne propose pas de se connecter avec un mot de passe.
error-login-wrong_password = Le nom d’utilisateur ou le mot de passe est incorrect.

error-logout-recovery_pending = La création d’une nouvelle clé de sécurité n’est pas terminée. Reprenez-la ou annulez-la d’abord.
error-logout-reset_pending = Une réinitialisation n’est pas terminée, et ses clés ne sont que dans cette session. Reprenez-la ou annulez-la d’abord.
error-logout-reset_running = Une réinitialisation de ce compte est en cours. Terminez-la ou arrêtez-la d’abord.
error-logout-still_signed_in = Le serveur d’accueil dit qu’il a déconnecté cette session, mais elle figure encore dans sa liste. Réessayez.
error-logout-unsaved_room_keys = { $count ->
    [one] { $count } clé de message de cette session n’est dans aucun stockage des clés et serait perdue. Enregistrez-la d’abord.
   *[other] { $count } clés de message de cette session ne sont dans aucun stockage des clés et seraient perdues. Enregistrez-les d’abord.
}

error-network-authority = Ce n’est pas le certificat d’une autorité. Utilisez un fichier au format PEM ou DER.
error-network-proxy = Ce n’est pas l’adresse d’un proxy. Utilisez http:// ou https:// et son nom ; le nom d’utilisateur et le mot de passe sont donnés à part.
error-network-user_agent = Cela ne peut pas être envoyé comme agent utilisateur. Utilisez un texte court en caractères ASCII.
error-push-unsupported = Les notifications push de cette session ne peuvent être ni activées ni désactivées d’ici.

error-recovery-already_committed = La nouvelle clé de sécurité est déjà en cours de mise en vigueur : l’opération ne peut donc pas être annulée. Reprenez-la pour la terminer.
error-recovery-already_running = Une réinitialisation ou la création d’une nouvelle clé de sécurité est déjà en cours pour ce compte.
error-recovery-empty_passphrase = La phrase de sécurité est vide.
error-recovery-identity_gone = Le serveur d’accueil ne montre plus votre identité numérique : la création de la nouvelle clé de sécurité ne peut donc pas être terminée. Réessayez plus tard. Si le serveur d’accueil a été ramené à un état antérieur, exportez vos clés de message, déconnectez-vous, connectez-vous de nouveau et configurez une nouvelle identité numérique.
error-recovery-key_mismatch = Ce n’est pas la clé de sécurité qui a été affichée. Contrôlez-la et saisissez-la de nouveau.
error-recovery-keys_missing = Cette session n’a pas les clés privées. Utilisez une session qui les a, ou vérifiez celle-ci avec une telle session.
error-recovery-not_kept = Le serveur d’accueil n’a pas conservé la nouvelle clé de sécurité. Reprenez l’opération pour réessayer.
error-recovery-not_undone = Le serveur d’accueil n’a pas retiré ce qui avait été écrit sous la nouvelle clé de sécurité. Annulez de nouveau.
error-recovery-not_verified = Cette session n’est pas vérifiée. Vérifiez-la d’abord, avec la clé de sécurité ou avec une autre session.
error-recovery-nothing_pending = Aucune création de clé de sécurité n’est en attente.
error-recovery-out_of_order = La création de la nouvelle clé de sécurité attend autre chose.
error-recovery-outdated_secret_storage = Le coffre secret ne contient pas l’identité numérique de ce compte.
error-recovery-pending = La création d’une nouvelle clé de sécurité attend d’être terminée. Reprenez-la ou annulez-la d’abord.
error-recovery-reset_pending = Une réinitialisation attend d’être terminée. Reprenez-la ou annulez-la d’abord.
error-recovery-staging_not_kept = Le serveur d’accueil n’a pas conservé ce qui avait été écrit sous la nouvelle clé de sécurité. Rien n’a été remplacé. Réessayez.
error-recovery-superseded = Un autre client a modifié entre-temps le coffre secret de ce compte. Rien n’a été perdu ; recommencez si vous avez encore besoin d’une nouvelle clé de sécurité.
error-recovery-unknown_journal = La création de la nouvelle clé de sécurité a été commencée par une autre version de Keyward. Utilisez cette version pour la terminer.
error-recovery-weak_passphrase = La phrase de sécurité est trop facile à deviner. Utilisez plusieurs mots sans rapport entre eux.

error-rename-not_found = Cette session n’existe plus : elle a été déconnectée entre-temps.
error-rename-too_long = Le nom d’une session a au plus { $most } caractères.

error-repair-already_running = Une autre opération qui modifie des clés est en cours. Attendez qu’elle soit terminée.
error-repair-backup_is_there = Il existe un stockage des clés qui est en ordre. Ouvrez-le avec la clé de sécurité au lieu d’en créer un autre.
error-repair-changed = Le compte a changé entre-temps. Consultez-le de nouveau.
error-repair-keys_missing = Cette session n’a pas les clés nécessaires pour cela. Demandez-les à une autre session, ou vérifiez celle-ci avec une session qui les a.
error-repair-no_backup = Il n’existe pas de stockage des clés que cette session utilise. Créez-en un, ou ouvrez-le avec la clé de sécurité.
error-repair-no_secret_storage = Le coffre secret ne désigne aucune clé de sécurité. Créez-en d’abord une nouvelle.
error-repair-nobody_answered = Aucune autre session n’a encore envoyé les clés. Ouvrez l’une de vos sessions vérifiées, laissez-la ouverte, et réessayez.
error-repair-not_kept = Le serveur d’accueil n’a pas conservé ce qui avait été écrit. Réessayez.
error-repair-not_verified = { error-recovery-not_verified }
error-repair-opens_no_backup = Cette clé de sécurité n’ouvre aucun stockage des clés plus ancien.
error-repair-pending = Une réinitialisation ou la création d’une nouvelle clé de sécurité attend d’être terminée. Reprenez-la ou annulez-la d’abord.
error-repair-would_lose = Le coffre secret contient la clé d’un autre stockage des clés, qui serait écrasée. Créez d’abord une nouvelle clé de sécurité.

error-reset-already_committed = La nouvelle identité numérique est déjà en vigueur : la réinitialisation ne peut donc pas être annulée. Reprenez-la pour la terminer.
error-reset-already_running = Une réinitialisation de ce compte est déjà en cours.
error-reset-backup_replaced = Un autre client remplace sans cesse le stockage des clés. Reprenez la réinitialisation plus tard.
error-reset-empty_passphrase = { error-recovery-empty_passphrase }
error-reset-finished_elsewhere = Cette réinitialisation a déjà été terminée, et une clé de sécurité plus récente a été créée depuis. C’est elle qui est en vigueur.
error-reset-host_device = Le serveur d’accueil ne montre pas les propres clés de cette session. Si son application vient d’être connectée, attendez un moment et réessayez. Sinon, ne faites pas confiance à ce serveur d’accueil.
error-reset-key_mismatch = { error-recovery-key_mismatch }
error-reset-no_room_keys = Les clés de message de cette session sont gardées par sa propre application. Exportez-les là-bas.
error-reset-not_accepted = Le serveur d’accueil dit qu’il a accepté la nouvelle identité numérique, mais il montre encore l’ancienne. Réessayez.
error-reset-not_deleted = Le serveur d’accueil a encore quelque chose que l’ancienne clé de sécurité ouvre. Reprenez la réinitialisation pour réessayer.
error-reset-not_kept = Le serveur d’accueil n’a pas conservé ce qui avait été écrit. Reprenez la réinitialisation pour réessayer.
error-reset-not_signed = Le serveur d’accueil n’a pas accepté la signature de cette session. Reprenez la réinitialisation pour réessayer.
error-reset-not_taken_over = Le nouveau stockage des clés ne contient pas encore tout ce que contient l’ancien. Laissez un peu de temps à l’application avec la nouvelle clé de sécurité, ou conservez l’ancien stockage des clés.
error-reset-not_undone = Le serveur d’accueil n’a pas retiré ce que la réinitialisation avait ajouté. Annulez de nouveau.
error-reset-nothing_pending = Aucune réinitialisation n’est en attente.
error-reset-other_pending = { error-recovery-pending }
error-reset-out_of_order = La réinitialisation attend autre chose.
error-reset-pending = { error-recovery-reset_pending }
error-reset-plan_outdated = Le compte a changé depuis que les conséquences ont été affichées. Consultez-les de nouveau.
error-reset-staging_not_kept = Le serveur d’accueil n’a pas conservé le nouveau coffre secret. Rien n’a été remplacé. Réessayez.
error-reset-superseded = Un autre client a réinitialisé ce compte entre-temps. Annulez cette réinitialisation ; recommencez si vous en avez encore besoin.
error-reset-unknown_journal = La réinitialisation interrompue a été commencée par une autre version de Keyward. Utilisez cette version pour la terminer.
error-reset-weak_passphrase = { error-recovery-weak_passphrase }

error-secret_storage-damaged_secret = Un secret enregistré est endommagé.
error-secret_storage-key_not_described = Le coffre secret est défectueux : sa clé n’est décrite nulle part.
error-secret_storage-mistyped_key = Ce n’est pas une clé de sécurité : un caractère est incorrect ou manque. Contrôlez-la et saisissez-la de nouveau.
error-secret_storage-no_passphrase = Ce compte n’a pas de phrase de sécurité. Utilisez la clé de sécurité.
error-secret_storage-not_set_up = Ce compte n’a pas de coffre secret qu’une clé de sécurité pourrait ouvrir.
error-secret_storage-unsupported = Le coffre secret demande quelque chose que cette version refuse ({ $what }).
error-secret_storage-wrong_key = La clé de sécurité ou la phrase de sécurité n’est pas celle de ce compte.

error-server-certificate = Le certificat du serveur d’accueil n’est pas valide, et rien ne lui a donc été envoyé : il se peut que quelqu’un d’autre réponde à sa place. Contrôlez la date de cet appareil, ou essayez un autre réseau.
error-server-failing = Le serveur d’accueil a un problème qui lui est propre (HTTP { $status }). Réessayez plus tard.
error-server-not_understood = La réponse du serveur d’accueil n’a pas de sens. Est-ce bien un serveur d’accueil Matrix, et n’y a-t-il rien entre lui et vous ?
error-server-other_session = Le jeton d’accès appartient à une autre session que celle qui est rattachée.
error-server-rate_limited = { $seconds ->
    [0] Le serveur d’accueil demande de patienter.
    [one] Le serveur d’accueil demande de patienter { $seconds } seconde.
   *[other] Le serveur d’accueil demande de patienter { $seconds } secondes.
}
error-server-refused = Le serveur d’accueil a refusé la requête ({ $code }, HTTP { $status }).
error-server-session_expired = Cette session a été déconnectée. Connectez-vous de nouveau.
error-server-token_expired = Il n’y a pas de jeton d’accès que le serveur d’accueil accepte. Réessayez quand l’application en aura un nouveau.
error-server-unreachable = Le serveur d’accueil est injoignable. Contrôlez la connexion au réseau et réessayez.

error-sign_out-account_management = Avec ce serveur d’accueil, les sessions se déconnectent sur sa page de compte, dans un navigateur.
error-sign_out-current_session = Cette session en fait partie. Utilisez logout pour celle-ci.
error-sign_out-not_verified = Cette session n’est pas vérifiée : elle ne peut donc pas dire lesquelles des autres le sont. Vérifiez-la d’abord.
error-sign_out-still_there = { $count ->
    [one] Le serveur d’accueil dit qu’il les a déconnectées, mais { $count } d’entre elles est encore connectée. Réessayez.
   *[other] Le serveur d’accueil dit qu’il les a déconnectées, mais { $count } d’entre elles sont encore connectées. Réessayez.
}

error-store-damaged = La base de données locale est endommagée : un fichier manque ou est défectueux. Restaurez-la, ou déplacez-la ailleurs et connectez-vous de nouveau.
error-store-failed = La base de données locale ne peut pas être lue ou écrite. Contrôlez l’espace libre et les permissions du disque, puis réessayez.
error-store-in_use = Un autre programme utilise cette base de données locale. Fermez-le et réessayez.
error-store-newer_version = La base de données locale a été écrite par une version plus récente de Keyward. Utilisez cette version.
error-store-not_logged_in = Personne n’est connecté ici. Connectez-vous d’abord.
error-store-other_account = Les fichiers de ce dossier appartiennent à des connexions différentes. Restaurez ceux qui vont ensemble.
error-store-other_user = Le dossier de la base de données locale appartient à un autre utilisateur de cette machine, ou il s’y trouve un lien ou un tube à la place d’un fichier. Utilisez un dossier à vous.
error-store-wrong_key = La clé n’ouvre pas la base de données locale. Elle appartient à une autre base de données locale, ou la clé a été remplacée.

error-store_key-wrong_length = Une clé de la base de données locale a 32 octets.

error-texts-no_such_argument = Le texte { $id } ne reçoit pas d’argument { $argument }.
error-texts-syntax = Les textes ne sont pas dans le format de Fluent : { $reason }.
error-texts-unknown = Il n’existe pas de texte nommé { $id }.
error-texts-unusable = Le texte { $id } renvoie à quelque chose qui n’existe pas.

error-unlock-incomplete_secret_storage = { error-recovery-outdated_secret_storage }
error-unlock-not_signed = Le serveur d’accueil n’a pas accepté la signature de cette session. Réessayez.
error-unlock-outdated_secret_storage = Le coffre secret contient une identité numérique plus ancienne.

error-verification-already_verified = Cette session est déjà vérifiée.
error-verification-current_session = C’est la session que vous utilisez. Elle peut être vérifiée depuis une autre session, ou avec la clé de sécurité.
error-verification-no_encryption = Cette session ne prend pas en charge le chiffrement et ne peut donc pas être vérifiée.
error-verification-no_identity = Le serveur d’accueil ne montre aucune identité numérique de ce compte : aucune session ne peut donc être vérifiée.
error-verification-nobody_can_sign = Aucune des deux sessions n’est vérifiée. Vérifiez d’abord celle-ci avec la clé de sécurité, ou utilisez-en une autre.
error-verification-nobody_to_ask = Il n’y a pas d’autre session vérifiée. Vérifiez celle-ci avec la clé de sécurité ou la phrase de sécurité.
error-verification-not_found = Il n’existe pas de telle session. Elle a peut-être été déconnectée.
error-verification-not_now = La vérification n’en est pas (ou n’en est plus) à cette étape.
error-verification-not_signed = Le serveur d’accueil n’a pas la signature : la session n’est donc pas vérifiée. Réessayez.
error-verification-other_qr_code = Ce code appartient à une autre vérification. Scannez celui que l’autre session affiche maintenant.
error-verification-unknown_qr_code = Ce n’est pas un code de vérification Matrix. Scannez celui que l’autre session affiche.

## The emoji of a verification, as the specification names them (Client-Server API, "SAS method: emoji")

emoji-0 = Chien
emoji-1 = Chat
emoji-2 = Lion
emoji-3 = Cheval
emoji-4 = Licorne
emoji-5 = Cochon
emoji-6 = Éléphant
emoji-7 = Lapin
emoji-8 = Panda
emoji-9 = Coq
emoji-10 = Manchot
emoji-11 = Tortue
emoji-12 = Poisson
emoji-13 = Poulpe
emoji-14 = Papillon
emoji-15 = Fleur
emoji-16 = Arbre
emoji-17 = Cactus
emoji-18 = Champignon
emoji-19 = Globe
emoji-20 = Lune
emoji-21 = Nuage
emoji-22 = Feu
emoji-23 = Banane
emoji-24 = Pomme
emoji-25 = Fraise
emoji-26 = Maïs
emoji-27 = Pizza
emoji-28 = Gâteau
emoji-29 = Cœur
emoji-30 = Sourire
emoji-31 = Robot
emoji-32 = Chapeau
emoji-33 = Lunettes
emoji-34 = Clé à molette
emoji-35 = Père Noël
emoji-36 = Pouce en l’air
emoji-37 = Parapluie
emoji-38 = Sablier
emoji-39 = Réveil
emoji-40 = Cadeau
emoji-41 = Ampoule
emoji-42 = Livre
emoji-43 = Crayon
emoji-44 = Trombone
emoji-45 = Ciseaux
emoji-46 = Cadenas
emoji-47 = Clé
emoji-48 = Marteau
emoji-49 = Téléphone
emoji-50 = Drapeau
emoji-51 = Train
emoji-52 = Vélo
emoji-53 = Avion
emoji-54 = Fusée
emoji-55 = Trophée
emoji-56 = Ballon
emoji-57 = Guitare
emoji-58 = Trompette
emoji-59 = Cloche
emoji-60 = Ancre
emoji-61 = Casque audio
emoji-62 = Dossier
emoji-63 = Punaise
