# SPDX-License-Identifier: Apache-2.0
#
# What the terminal app itself says, in Arabic. Not yet read by a native speaker.

## What several commands say

cancelled = أُلغي الأمر.
cancelled-input-ended = أُلغي الأمر: انتهى الإدخال.
nothing-was-changed = لم يتغيّر شيء.
try-again = هل تريد إعادة المحاولة؟
go-on = هل تريد المتابعة؟
error = خطأ:
not-up-to-date = المعلومات ليست محدّثة: { $trouble }
asking-homeserver = سؤال الخادم المنزلي
looking-at-account = الاطّلاع على الحساب
ask-password = كلمة مرور الحساب:
ask-access-token = رمز الوصول:
open-old-storage = ما الذي يفتح مخزن المفاتيح القديم؟
one-of-your-other-sessions = إحدى جلساتك الأخرى
impossible-time = في وقت مستحيل

## Questions

answer-yes = نعم
answer-no = لا
answer-default-yes = نعم/لا، و Enter تعني نعم
answer-default-no = نعم/لا، و Enter تعني لا
answer-yes-or-no = أجب بنعم أو لا.
answer-all = الكل
ask-secret = { $question } (لا يظهر ما تكتبه)
secret-hidden = (مخفي)
secret-empty = لا يجوز أن يكون فارغًا.
secret-differs = الإدخالان غير متطابقين. اكتبهما كليهما من جديد.
choose-keys = الأسهم للتنقل، و Enter للاختيار
choose-number = رقم من 1 إلى { $last }:
choose-number-wrong = هذا ليس أحد الأرقام.
choose-any-keys = الأسهم للتنقل، والمسافة للاختيار، والسهم الأيمن لاختيار الكل، والأيسر لعدم اختيار شيء، و Enter للمتابعة
choose-any-numbers = أرقام تفصل بينها فواصل، أو `{ $all }`، أو لا شيء:
choose-any-wrong = هذه ليست قائمة من الأرقام.
chosen = المختار: { $count }

## Progress

step-of = الخطوة { $number } من { $total }: { $step }
progress-of = { $done } من { $total }
progress-done = تم
progress-done-with = { $what } … تم

## The new Security Key

key-saved-word = حفظته
key-title = مفتاح الأمان الجديد (مفتاح الاسترداد)
key-label = مفتاح الأمان الجديد (مفتاح الاسترداد):
key-advice = احفظه الآن: في برنامج لإدارة كلمات المرور، أو على ورقة في مكان آمن. فهو يفتح رسائلك المشفّرة ويوثّق جلساتك حين لا يبقى شيء آخر. ولن يُعرض مرة أخرى.
key-type-again = اكتب المفتاح من جديد، أو `{ $saved }`:
key-type-whole = اكتب المفتاح كاملًا، أو `{ $saved }` إن كنت قد حفظته.
key-group-differs = هذا ليس المفتاح: المجموعة { $group } من { $total } مختلفة. تأكّد منها واكتب المفتاح من جديد.
key-too-long = هذا أطول من المفتاح. تأكّد منه واكتبه من جديد.
key-is-saved = المفتاح محفوظ.
key-source = ما الذي تريد أن يفتح مخزنك السري؟
key-source-generated = مفتاح أمان يُنشأ لك (موصى به)
key-source-phrase = عبارة أمان تختارها بنفسك
key-phrase-hint = عدة كلمات لا صلة بينها يسهل تذكّرها ويصعب تخمينها. لا تستخدم كلمة مرور حسابك.
key-phrase-new = عبارة الأمان الجديدة:
key-phrase-again = العبارة نفسها من جديد:
key-phrase-opens-the-same = عبارة الأمان تفتح الأشياء نفسها؛ والمفتاح لليوم الذي تنسى فيه العبارة.

## The present Security Key or Phrase

ask-key-kind = مفتاح الأمان (48 حرفًا أو رقمًا، Es…)
ask-phrase-kind = عبارة الأمان
ask-key = مفتاح الأمان:
ask-phrase = عبارة الأمان:

## A browser

browser-how = كيف تريد أن تؤكّد أنك صاحب الحساب؟
browser-by-password = بكلمة مرور الحساب
browser-by-browser = في متصفح
browser-page = { $what }:
browser-page-or-scan = { $what }، أو امسح هذا الرمز ضوئيًا بهاتف:
browser-other-account = جرى ذلك بحساب آخر. افتح الصفحة من جديد وافعل ذلك بصفتك { $user }
browser-enter-code = { $minutes ->
    [zero] افتح هذه الصفحة في متصفح، على هذا الجهاز أو على جهاز آخر، وأدخل الرمز هناك الآن
    [one] افتح هذه الصفحة في متصفح، على هذا الجهاز أو على جهاز آخر، وأدخل الرمز هناك خلال دقيقة واحدة
    [two] افتح هذه الصفحة في متصفح، على هذا الجهاز أو على جهاز آخر، وأدخل الرمز هناك خلال دقيقتين
    [few] افتح هذه الصفحة في متصفح، على هذا الجهاز أو على جهاز آخر، وأدخل الرمز هناك خلال { $minutes } دقائق
    [many] افتح هذه الصفحة في متصفح، على هذا الجهاز أو على جهاز آخر، وأدخل الرمز هناك خلال { $minutes } دقيقة
   *[other] افتح هذه الصفحة في متصفح، على هذا الجهاز أو على جهاز آخر، وأدخل الرمز هناك خلال { $minutes } دقيقة
}
browser-code = الرمز: { $code }
browser-waiting = في انتظار المتصفح
browser-waiting-with-keys = في انتظار المتصفح؛ Enter للنظر الآن، و Ctrl-C للتوقف

## The key of the local store

store-key-missing = مفتاح المخزن المحلي مفقود: فهو ليس في سلسلة مفاتيح النظام ولا في الملف store.key. أعده إلى مكانه، أو انقل المجلد وسجّل الدخول من جديد.
store-key-missing-without-keyring = مفتاح المخزن المحلي مفقود: لا يوجد ملف store.key. إن كان في سلسلة مفاتيح النظام فشغّل الأمر من دون --no-keyring و KEYWARD_NO_KEYRING.
store-key-keyring = يُفترض أن يكون مفتاح المخزن المحلي في سلسلة مفاتيح النظام، وهي لا يمكن استخدامها ({ $cause }). افتح قفلها أو سجّل الدخول إلى سطح المكتب، ثم أعد المحاولة.
store-key-damaged-entry = المدخل في سلسلة مفاتيح النظام ليس مفتاح مخزن. استعده من نسخة احتياطية.
store-key-damaged-file = الملف store.key ليس مفتاح مخزن. استعده من نسخة احتياطية.
store-key-folder-unwritable = لا يمكن الكتابة في مجلد المخزن: { $cause }.
store-key-unwritable = لا يمكن كتابة الملف store.key: { $cause }.
store-key-unreadable = لا يمكن قراءة الملف store.key: { $cause }.
store-key-left = لا يمكن إزالة الملف store.key: { $cause }.
store-key-permissions = قد يستطيع مستخدمون آخرون لهذا الجهاز قراءة مفتاح المخزن (الوضع { $mode })، ولذلك لا يُستخدم. إن كنت تثق به فشغّل `chmod 600 { $file }` وأعد المحاولة.
keyring-silent = لا تستجيب
keyring-locked = لا تستجيب، أو تنتظر فتح قفلها
keyring-failed = فشل سؤالها
keyring-no-access = لا وصول إليها: { $cause }
keyring-several-entries = فيها عدة مدخلات لهذا المخزن
keyring-broken = لا تعمل

## After an error: what to run next

result-unwritable = لا يمكن كتابة النتيجة: { $cause }.
next-page = صفحة الخادم المنزلي لذلك: { $pages }
next-doctor = `keyward doctor` يجد أصغر إجراء يفيد.
next-session-expired = لا تزال مفاتيح الرسائل هنا: `keyward keys export FILE` يحفظها، ثم `keyward logout` يزيل ملفات هذه الجلسة.
next-not-logged-in = يفعل ذلك `keyward login --homeserver URL`.
next-not-offered = من دون خيارات يعرف `keyward login` ما يوفّره الخادم، ويسأل.
next-already-logged-in = `keyward logout` يسجّل الخروج، و `--data-dir DIR` يختار مجلدًا آخر.
next-sign-out-this = `keyward logout` يسجّل الخروج من هذه الجلسة.
next-sign-out-not-verified = يفعل ذلك `keyward unlock`؛ أو سمِّ الجلسات بمعرّفاتها.
next-unlock = يفعل ذلك `keyward unlock`.
next-unsaved-room-keys = يفعل ذلك `keyward keys export FILE`؛ أما `keyward logout --discard-keys` فيتخلّى عنها.
next-logout-reset-pending = `keyward reset --resume` أو `--cancel`؛ أما `keyward logout --discard-keys` فيتخلّى عن إعادة تعيين أُلغيت.
next-logout-recovery-pending = `keyward recovery new --resume` أو `--cancel`؛ أما `keyward logout --discard-keys` فيتخلّى عنه، ويبقى المفتاح الساري ساري المفعول.
next-recovery-pending = `keyward recovery new --resume` يستأنفه؛ و `keyward recovery new --cancel` يتراجع عنه، إلا إذا كان المفتاح الجديد ساري المفعول.
next-reset-pending = `keyward reset --resume` يستأنفها؛ و `keyward reset --cancel` يتراجع عنها، إلا إذا كانت الهوية الرقمية الجديدة سارية المفعول.
next-reset-none = `keyward reset` يبدأ واحدة.
next-reset-resume = يفعل ذلك `keyward reset --resume`.
next-reset-leftovers = `keyward reset --cancel` يزيل ما بقي منها.
next-verify = يفعل ذلك `keyward unlock` أو `keyward sessions verify`.
next-fetch-keys = `keyward unlock` يجلبها بمفتاح الأمان أو عبارة الأمان، و `keyward sessions verify` من جلسة موثّقة.
next-ask-for-keys = `keyward doctor --fix session.keys_missing` يطلبها.
next-repair-pending = `keyward doctor` يسمّيه.
next-unlock-opens = `keyward unlock` يفتحه.
next-new-key = يفعل ذلك `keyward recovery new`.
next-new-key-none = `keyward recovery new` ينشئ واحدًا.
next-new-key-resume = يفعل ذلك `keyward recovery new --resume`.
next-check-key = `keyward recovery check` يقول ما الذي يفتحه مفتاح.

## keyward attach, keyward detach

attach-of-other-program = الجلسة هنا لبرنامج آخر: افعل ذلك في ذلك البرنامج. تعمل لها `keyward status` و `keyward doctor` و `keyward sessions` و `keyward reset` و `keyward recovery`، وينهي `keyward detach` ذلك.
attach-cancelled = أُلغي الأمر. لم يُربط شيء.
attach-another-here = هناك جلسة أخرى مرتبطة هنا؛ ينهي `keyward detach` ذلك.
attach-rest-of-login = في هذا المجلد بقية من تسجيل دخول. استخدم مجلدًا آخر (--data-dir) لجلسة برنامج آخر.
attach-no-device-key = لا يعرض الخادم المنزلي مفاتيح لتلك الجلسة: فهي لا تدعم التشفير، ولذلك لا تستطيع أي هوية توقيعها.
attach-shown-key = يعرض الخادم المنزلي هذا المفتاح للجلسة { $device }:
attach-where-shown = يعرض البرنامج الآخر مفتاحه في إعداداته (مفتاح الجلسة، البصمة).
attach-is-it-the-same = هل هو نفسه؟
detach-nothing-here = لا شيء مرتبط هنا.
detach-done = فُكّ الارتباط. جلسة البرنامج الآخر كما كانت.
detach-pending = `keyward status` يقول كيف الحال؛ و --discard-reset يتخلّى عن مفاتيحها.

## keyward login

login-attached-here = هذا المجلد مرتبط بجلسة برنامج آخر. استخدم مجلدًا آخر (--data-dir)، أو شغّل `keyward detach`.
login-homeserver = الخادم المنزلي:
login-user = اسم المستخدم:
login-finding-homeserver = البحث عن الخادم المنزلي
login-wrong-password = اسم المستخدم أو كلمة المرور غير صحيحة. أعد المحاولة، أو اضغط Ctrl-C للتوقف.
login-working = جارٍ تسجيل الدخول
login-how = كيف تريد تسجيل الدخول؟
login-by-password = بكلمة مرور حسابك
login-by-browser = في متصفح على هذا الجهاز
login-by-code = في متصفح على جهاز آخر، برمز
login-by-provider = في متصفح على هذا الجهاز، عبر { $provider }
login-by-sso = في متصفح على هذا الجهاز، عبر تسجيل الدخول الموحّد
login-none-known = لا يوفّر طريقة يعرفها هذا الإصدار؛ فهل هناك إصدار أحدث؟
login-open-page = افتح هذه الصفحة في متصفح على هذا الجهاز وسجّل الدخول هناك
login-waiting-browser = في انتظار المتصفح؛ Ctrl-C للتوقف
login-waiting-code = في انتظار الرمز؛ Ctrl-C للتوقف
login-page-done = وصل الجواب إلى Keyward. يمكنك إغلاق هذه الصفحة والرجوع إلى الطرفية.
login-page-nothing = لا شيء هنا.
login-completing = إكمال الجلسة
login-done = سُجّل الدخول بصفتك { $user }، الجلسة { $device }.

## keyward status

status-account = الحساب
status-homeserver = الخادم المنزلي
status-session = الجلسة
status-identity = الهوية الرقمية
status-secret-storage = المخزن السري
status-key-storage = مخزن المفاتيح
status-room-keys = مفاتيح الرسائل
status-reset = إعادة التعيين
status-new-key = مفتاح أمان جديد
status-session-verified = { $device }، موثّقة
status-session-unverified = { $device }، غير موثّقة
status-session-verified-other-program = { $device }، موثّقة، لبرنامج آخر
status-session-unverified-other-program = { $device }، غير موثّقة، لبرنامج آخر
status-identity-with-keys = موثوق بها، وهذه الجلسة لديها مفاتيحها
status-identity-without-keys = موثوق بها، لكن هذه الجلسة ليست لديها مفاتيحها
status-identity-not-trusted = موجودة، لكن هذه الجلسة لا تثق بها بعد
status-identity-replaced = غير التي وثّقتها هذه الجلسة
status-identity-none = غير مُعدّة
status-identity-attached-trusted = تثق بها هذه الجلسة
status-identity-attached-not-trusted = موجودة، لكن لا شيء يدل على أن هذه الجلسة تثق بها
status-identity-attached-replaced = غير التي وثقت بها هذه الجلسة
status-secret-storage-ready = جاهز
status-secret-storage-incomplete = غير مكتمل
status-secret-storage-none = غير مُعدّ
status-key-storage-on = مشغّل، وهذه الجلسة تستخدمه
status-key-storage-no-key = موجود، لكن هذه الجلسة ليس لديها مفتاحه
status-key-storage-untrusted = موجود، لكن لم يوقّعه أحد تثق به هذه الجلسة
status-key-storage-off = موقوف
status-key-storage-attached-signed = موجود، ووقّعته الهوية أو هذه الجلسة
status-key-storage-attached-untrusted = موجود، لكن لم توقّعه الهوية ولا هذه الجلسة
status-room-keys-here = { $count } في هذه الجلسة
status-reset-none = لا شيء ينتظر
status-reset-staged = انقطعت؛ الهوية الرقمية الجديدة ليست سارية المفعول
status-reset-committed = لم تكتمل؛ الهوية الرقمية الجديدة سارية المفعول
status-reset-handing-over = تنتظر أن يصير مفتاح الأمان الجديد لدى التطبيق
status-new-key-staged = انقطع إنشاؤه؛ القديم ساري المفعول
status-new-key-committed = لم يكتمل؛ قد يكون ساري المفعول بالفعل
status-in-order = كل شيء على ما يرام.
status-in-order-attached = كل ما يمكن رؤيته من هنا على ما يرام. وما لدى البرنامج الآخر تجده في إعداداته.
status-next-reset-staged = هناك إعادة تعيين انقطعت وتنتظر، والهوية الرقمية الجديدة ليست سارية المفعول: `keyward reset --resume` يستأنف إعادة التعيين، و `keyward reset --cancel` يتراجع عنها.
status-next-reset-handing-over = تكاد إعادة التعيين أن تكتمل: أعطِ تطبيق هذه الجلسة مفتاح الأمان الجديد، ثم `keyward reset --handed-over`. و `keyward reset --resume` يعرض المفتاح من جديد.
status-next-reset-committed = هناك إعادة تعيين تنتظر الإكمال: يفعل ذلك `keyward reset --resume`. ولم يعد التراجع عنها ممكنًا.
status-next-new-key-staged = هناك مفتاح أمان جديد ينتظر، والقديم ساري المفعول: `keyward recovery new --resume` يستأنف إنشاءه، و `keyward recovery new --cancel` يتراجع عنه.
status-next-new-key-committed = هناك مفتاح أمان جديد ينتظر الإكمال: يفعل ذلك `keyward recovery new --resume`. وقد يكون ساري المفعول بالفعل، ولم يعد التراجع عنه ممكنًا.
status-more = { $count ->
    [zero] لا يسمّي `keyward doctor` شيئًا آخر.
    [one] يسمّي `keyward doctor` أمرًا واحدًا آخر.
    [two] يسمّي `keyward doctor` أمرين آخرين.
    [few] يسمّي `keyward doctor` { $count } أمور أخرى.
    [many] يسمّي `keyward doctor` { $count } أمرًا آخر.
   *[other] يسمّي `keyward doctor` { $count } أمر آخر.
}

## keyward unlock

unlock-with-what = بماذا تريد توثيق هذه الجلسة؟
unlock-opening = فتح المخزن السري
unlock-done = هذه الجلسة موثّقة. وهي تستطيع قراءة مخزن المفاتيح والكتابة فيه.
unlock-done-without-storage = هذه الجلسة موثّقة. ولا يوجد مخزن مفاتيح تستطيع قراءته.

## keyward doctor

doctor-examining = فحص الحساب
doctor-which-key = ماذا لديك؟
doctor-fix-them = ما يُذكر أولًا هو أصغر إجراء يفيد. و `keyward doctor --fix` يمرّ معك على كل شيء.
doctor-what-to-do = ماذا تريد أن تفعل؟
doctor-leave-it = تركه كما هو
doctor-cancelled = أُلغي الأمر. لم يُفقد شيء؛ و `keyward doctor` يعرض كيف الحال.
doctor-done-in-app = يتم ذلك في التطبيق الذي تراسل فيه هذه الجهات.
doctor-done-in-program = يتم ذلك في البرنامج صاحب هذه الجلسة.
doctor-opens-secret-storage = ما الذي يفتح المخزن السري؟
doctor-open-other-session = افتح الآن إحدى جلساتك الموثّقة الأخرى، واتركها مفتوحة حتى تصل المفاتيح.
doctor-waiting-for-keys = في انتظار المفاتيح
doctor-writing = كتابة المخزن السري
doctor-filling = ملء مخزن المفاتيح

## keyward keys

keys-saved = { $count ->
    [zero] لم تُحفظ مفاتيح رسائل في { $file }.
    [one] حُفظ مفتاح رسائل واحد في { $file }.
    [two] حُفظ مفتاحا رسائل في { $file }.
    [few] حُفظت { $count } مفاتيح رسائل في { $file }.
    [many] حُفظ { $count } مفتاح رسائل في { $file }.
   *[other] حُفظ { $count } مفتاح رسائل في { $file }.
}
keys-opened-old-storage = ما الذي كان يفتح مخزن المفاتيح القديم؟
keys-had-all = كان لدى هذه الجلسة كل ما فيه من قبل.
keys-recovered = { $count ->
    [zero] لم تُستردّ مفاتيح رسائل.
    [one] استُردّ مفتاح رسائل واحد.
    [two] استُردّ مفتاحا رسائل.
    [few] استُردّت { $count } مفاتيح رسائل.
    [many] استُردّ { $count } مفتاح رسائل.
   *[other] استُردّ { $count } مفتاح رسائل.
}
keys-fetching = جلب مفاتيح الرسائل
keys-saving = حفظ مفاتيح الرسائل
keys-reading = قراءة مفاتيح الرسائل
keys-file = الملف:
keys-replace = الملف { $file } موجود من قبل. هل تريد استبداله؟
keys-not-replaced = أُلغي الأمر. الملف كما كان.
keys-no-folder = مجلد الملف غير موجود.
keys-is-folder = هذا مجلد. سمِّ ملفًا فيه.
keys-new-passphrase = عبارة مرور للملف:
keys-same-passphrase = عبارة المرور نفسها من جديد:
keys-passphrase = عبارة مرور الملف:
keys-imported = { $count ->
    [zero] لم تُستورد مفاتيح رسائل.
    [one] استُورد مفتاح رسائل واحد.
    [two] استُورد مفتاحا رسائل.
    [few] استُوردت { $count } مفاتيح رسائل.
    [many] استُورد { $count } مفتاح رسائل.
   *[other] استُورد { $count } مفتاح رسائل.
}
keys-known = { $count ->
    [zero] لم يكن غيرها هنا من قبل.
    [one] مفتاح واحد آخر كان هنا من قبل.
    [two] مفتاحان آخران كانا هنا من قبل.
    [few] { $count } مفاتيح أخرى كانت هنا من قبل.
    [many] { $count } مفتاحًا آخر كانت هنا من قبل.
   *[other] { $count } مفتاح آخر كانت هنا من قبل.
}
keys-malformed = { $count ->
    [zero] أمكن استخدام كل ما في الملف.
    [one] مدخل واحد في الملف لم يمكن استخدامه.
    [two] مدخلان في الملف لم يمكن استخدامهما.
    [few] { $count } مدخلات في الملف لم يمكن استخدامها.
    [many] { $count } مدخلًا في الملف لم يمكن استخدامها.
   *[other] { $count } مدخل في الملف لم يمكن استخدامها.
}

## keyward logout

logout-working = جارٍ تسجيل الخروج
logout-done = سُجّل الخروج. وأُزيلت الملفات المحلية.
logout-unsaved = { $count ->
    [zero] لا توجد في هذه الجلسة مفاتيح رسائل خارج مخزن المفاتيح.
    [one] يوجد في هذه الجلسة مفتاح رسائل واحد ليس في أي مخزن مفاتيح. ومن دونه لا يمكن أبدًا قراءة الرسائل التي يخصها.
    [two] يوجد في هذه الجلسة مفتاحا رسائل ليسا في أي مخزن مفاتيح. ومن دونهما لا يمكن أبدًا قراءة الرسائل التي يخصانها.
    [few] توجد في هذه الجلسة { $count } مفاتيح رسائل ليست في أي مخزن مفاتيح. ومن دونها لا يمكن أبدًا قراءة الرسائل التي تخصها.
    [many] يوجد في هذه الجلسة { $count } مفتاح رسائل ليست في أي مخزن مفاتيح. ومن دونها لا يمكن أبدًا قراءة الرسائل التي تخصها.
   *[other] يوجد في هذه الجلسة { $count } مفتاح رسائل ليست في أي مخزن مفاتيح. ومن دونها لا يمكن أبدًا قراءة الرسائل التي تخصها.
}
logout-what-about-them = ماذا تريد أن يحدث لها؟
logout-save = حفظها أولًا في ملف
logout-let-go = التخلّي عنها
logout-stay = البقاء مسجّل الدخول
logout-cancelled = أُلغي الأمر. لا تزال مسجّل الدخول.

## keyward reset

reset-looking-for-smaller = البحث عن إجراء أصغر
reset-opening-old-storage = فتح مخزن المفاتيح القديم
reset-key-opens-no-storage = هذا هو مفتاح الأمان للحساب، لكنه لا يفتح مخزن المفاتيح. لا تعطه، فيُحتفظ بمخزن المفاتيح القديم إلا إذا كان لدى التطبيق كل ما فيه.
reset-old-key-helps = بمفتاح الأمان القديم أو عبارة الأمان القديمة يوضع في مخزن المفاتيح الجديد كل ما في القديم.
reset-have-old-key = هل لديك القديم؟
reset-right-key-opens-nothing = إنه الصحيح، لكنه لا يفتح مخزن المفاتيح القديم.
reset-hint-turn-on = --turn-on-key-storage يشغّل مخزن المفاتيح.
reset-hint-unlock = `keyward unlock` يوثّق هذه الجلسة بمفتاح الأمان القديم.
reset-hint-export = `keyward keys export FILE` يحفظ مفاتيح الرسائل في هذه الجلسة.
reset-smaller-command = { $text } الأمر: `{ $command }`.
reset-smaller-commands = { $text } الأمر: `{ $first }`، ثم `{ $then }`.
reset-export-hint = إعادة التعيين تحتفظ بمفاتيح رسائلك. والملف المشفّر نسخة إضافية منها.
reset-export = هل تريد حفظها أولًا في ملف؟
reset-not-in-force = هويتك الرقمية الجديدة ليست سارية المفعول: Ctrl-C يتراجع عن كل شيء.
reset-in-force = هويتك الرقمية الجديدة سارية المفعول بالفعل، وهذا المفتاح لها.
reset-hand-over-no-storage = لا يوجد مخزن مفاتيح جديد. إذا عرض عليك التطبيق إصلاح مخزن مفاتيحه أو إعادة تعيينه فارفض.
reset-hand-over-later = عندما يصير المفتاح لدى التطبيق يُكمل `keyward reset --handed-over` إعادة التعيين.
reset-hand-over-script = الهوية الرقمية الجديدة سارية المفعول. أعطِ تطبيق هذه الجلسة مفتاح الأمان الجديد.
reset-hand-over = الهوية الرقمية الجديدة سارية المفعول، ولا يزال كل ما هو قديم موجودًا. أدخل مفتاح الأمان الجديد في التطبيق حيث يطلبه («توثيق»، «إدخال مفتاح الاسترداد»).
reset-hand-over-how = كيف الحال؟
reset-hand-over-taken = صار المفتاح لدى التطبيق: إكمال
reset-hand-over-without = الإكمال من دون التطبيق؛ يبقى مخزن المفاتيح القديم
reset-hand-over-wait = لاحقًا
reset-approve = افتح هذه الصفحة في متصفح وأكّد هناك، بصفتك { $user }
reset-page-forgotten = نسي الخادم المنزلي تلك الصفحة. افتح هذه وأكّد هناك
reset-asking-to-accept = طلب قبول الهوية الرقمية الجديدة من الخادم المنزلي
reset-nothing-to-hand-over = لا يوجد بعد ما يُعطى: الهوية الرقمية الجديدة ليست سارية المفعول. `keyward reset --resume` يستأنف إعادة التعيين.
reset-undone = جرى التراجع عن إعادة التعيين. `keyward status` يعرض ما هو ساري المفعول.
reset-undoing = جارٍ التراجع
reset-status-shows = `keyward status` يعرض ما هو ساري المفعول.
reset-nothing-changed-but-file = لم يتغيّر شيء. ومفاتيح الرسائل في { $file } تبقى هناك.
reset-stands-committed = الهوية الرقمية الجديدة سارية المفعول؛ و `keyward reset --resume` يُكمل إعادة التعيين.
reset-stands-handing-over = الهوية الرقمية الجديدة سارية المفعول. وعندما يصير مفتاح الأمان الجديد لدى تطبيق هذه الجلسة يُكمل `keyward reset --handed-over` إعادة التعيين؛ ومع --keep-old لا ينتظر التطبيق، ويبقى مخزن المفاتيح القديم.
reset-stands-staged = الهوية الرقمية الجديدة ليست سارية المفعول، وإعادة التعيين تنتظر: `keyward reset --resume` يستأنفها، و `keyward reset --cancel` يتراجع عنها.
reset-stands-unknown = لا يمكن الآن معرفة هل الهوية الرقمية الجديدة سارية المفعول؛ `keyward reset --resume` يعرف ذلك ويتابع.
reset-interrupted-done = انقطع الأمر، لكن إعادة التعيين كانت قد اكتملت.
reset-interrupted-handing-over = انقطع الأمر. الهوية الرقمية الجديدة سارية المفعول؛ و `keyward reset --handed-over` يُكمل إعادة التعيين عندما يصير مفتاح الأمان الجديد لدى التطبيق.
reset-interrupted-committed = انقطع الأمر. الهوية الرقمية الجديدة سارية المفعول؛ و `keyward reset --resume` يُكمل إعادة التعيين.
reset-interrupted-committed-because = انقطع الأمر: { $error } الهوية الرقمية الجديدة سارية المفعول؛ و `keyward reset --resume` يُكمل إعادة التعيين.
reset-interrupted-not-undone = انقطع الأمر، لكن لم يمكن إزالة المفاتيح الجديدة من الخادم المنزلي: { $error } `keyward reset --cancel` يعيد المحاولة، و `keyward reset --resume` يستأنف إعادة التعيين.
reset-interrupted-unknown = انقطع الأمر، ولم يمكن التراجع: { $error } ولا يمكن الآن معرفة هل الهوية الرقمية الجديدة سارية المفعول. `keyward reset --cancel` يتراجع عن إعادة التعيين إن لم تكن سارية، و `keyward reset --resume` يستأنفها.
reset-undo-interrupted = انقطع الأمر قبل التراجع عن كل شيء. `keyward reset --cancel` يتراجع عن الباقي، إلا إذا كانت الهوية الرقمية الجديدة سارية المفعول؛ و `keyward reset --resume` يستأنف إعادة التعيين.
reset-sign-out-some = هل تريد تسجيل الخروج من بعضها الآن؟ اختر ما لا تستخدمه.
reset-signed-out-nobody = لم يُسجَّل الخروج من أي جلسة. `keyward sessions` يعرض جلساتك.
reset-sessions-list = `keyward sessions` يعرض جلساتك.
reset-sessions-sign-out = `keyward sessions sign-out` يعيد المحاولة.

## keyward recovery

recovery-what-to-check = ماذا تريد أن تفحص؟
recovery-checking = النظر فيما يفتحه
recovery-waiting-one = `keyward status` يقول هل هناك واحد ينتظر.
recovery-lost = إن كان قد ضاع، فعلى البرنامج صاحب هذه الجلسة أن ينشئ المفتاح الجديد.
recovery-taken-from = تُؤخذ المفاتيح الخاصة من المخزن السري، الذي يفتحه مفتاح الأمان القديم أو عبارة الأمان القديمة.
recovery-opens-until-now = ما الذي يفتح المخزن السري حتى الآن؟
recovery-do-it-there = افعل ذلك في البرنامج صاحب هذه الجلسة.
recovery-old-in-force = لا يزال مفتاح الأمان القديم ساري المفعول: Ctrl-C يتراجع عن كل شيء.
recovery-maybe-in-force = قد يكون ساري المفعول بالفعل، ولم يعد التراجع عنه ممكنًا.
recovery-undone = جرى التراجع عن مفتاح الأمان الجديد. والقديم ساري المفعول كما كان.
recovery-stands-committed = قد يكون مفتاح الأمان الجديد ساري المفعول بالفعل؛ و `keyward recovery new --resume` يُكمله.
recovery-stands-staged = مفتاح الأمان القديم ساري المفعول، والجديد ينتظر: `keyward recovery new --resume` يستأنفه، و `keyward recovery new --cancel` يتراجع عنه.
recovery-stands-unknown = `keyward status` يقول كيف الحال.
recovery-interrupted-done = انقطع الأمر، لكن مفتاح الأمان الجديد كان قد صار ساري المفعول.
recovery-interrupted-committed = انقطع الأمر. قد يكون مفتاح الأمان الجديد ساري المفعول بالفعل؛ و `keyward recovery new --resume` يُكمله.
recovery-interrupted-not-undone = انقطع الأمر، ولم يمكن التراجع: { $error } مفتاح الأمان القديم ساري المفعول. `keyward recovery new --cancel` يعيد المحاولة، و `keyward recovery new --resume` يتابع بالجديد.
recovery-undo-interrupted = انقطع الأمر قبل التراجع عن كل شيء. `keyward recovery new --cancel` يتراجع عن الباقي، إلا إذا كان مفتاح الأمان الجديد ساري المفعول؛ و `keyward recovery new --resume` يستأنفه.

## keyward sessions, in lines

sessions-unknown = ليس لهذا الحساب جلسة { $device }. `keyward sessions --plain` يعرض جلساته.
sessions-recommendations = توصيات الأمان
sessions-current = الجلسة الحالية
sessions-other = الجلسات الأخرى
sessions-other-verified = الجلسات الأخرى، الموثّقة
sessions-other-unverified = الجلسات الأخرى، غير الموثّقة
sessions-other-inactive = الجلسات الأخرى، غير النشطة
sessions-other-unverifiable = الجلسات الأخرى، بلا تشفير
sessions-none = لا توجد.
sessions-it-was = نعم: { $command }
sessions-it-was-not = لا: { $command }
sessions-unverifiable = لا تدعم التشفير
sessions-trust-inactive = { $trust }، غير نشطة
sessions-facts = المعرّف { $id }، آخر نشاط { $ago } ({ $date })
sessions-facts-unknown = المعرّف { $id }، آخر نشاط غير معروف
sessions-facts-from = { $facts }، من { $address }
sessions-summary = { $name } ({ $id }): { $trust }، { $activity }
sessions-name = الاسم
sessions-by-id = الجلسة { $id }
sessions-sign-this-out = لتسجيل الخروج من هذه الجلسة اخرج من هنا وشغّل `keyward logout`.
sessions-sign-this-out-there = لتسجيل الخروج من هذه الجلسة سجّل الخروج في البرنامج صاحبها.
sessions-renaming = جارٍ تغيير الاسم
sessions-renamed = صار اسم الجلسة { $id } الآن { $name }. ويمكن لمن تتحدث معهم أن يروا ذلك.
sessions-name-taken-away = لم يعد للجلسة { $id } اسم.
sessions-switching = جارٍ التبديل
sessions-push-on = الإشعارات الفورية للجلسة { $name } مشغّلة.
sessions-push-off = الإشعارات الفورية للجلسة { $name } موقوفة.
sessions-push-unsupported = لا يمكن تشغيل الإشعارات الفورية للجلسة { $name } أو إيقافها من هنا.
sessions-acknowledged-one = سُجّل ذلك: { $name } كنت أنت.
sessions-acknowledged = { $count ->
    [zero] لم تُسجَّل أي جلسة.
    [one] سُجّل ذلك: جلسة واحدة كانت لك.
    [two] سُجّل ذلك: جلستان كانتا لك.
    [few] سُجّل ذلك: { $count } جلسات كانت لك.
    [many] سُجّل ذلك: { $count } جلسة كانت لك.
   *[other] سُجّل ذلك: { $count } جلسة كانت لك.
}

## keyward sessions propose

propose-none = لا تُقترح أي جلسة.
propose-title = قد ترغب في تسجيل الخروج من:
propose-inactive = { $count ->
    [zero] نشطة اليوم
    [one] غير نشطة منذ يوم واحد
    [two] غير نشطة منذ يومين
    [few] غير نشطة منذ { $count } أيام
    [many] غير نشطة منذ { $count } يومًا
   *[other] غير نشطة منذ { $count } يوم
}
propose-unverified = { $count ->
    [zero] غير موثّقة منذ اليوم
    [one] غير موثّقة منذ يوم واحد
    [two] غير موثّقة منذ يومين
    [few] غير موثّقة منذ { $count } أيام
    [many] غير موثّقة منذ { $count } يومًا
   *[other] غير موثّقة منذ { $count } يوم
}
propose-command = { $count ->
    [zero] ثم: { $command }
    [one] اطّلع عليها أولًا، ثم: { $command }
    [two] اطّلع على كل منهما أولًا، ثم: { $command }
    [few] اطّلع على كل منها أولًا، ثم: { $command }
    [many] اطّلع على كل منها أولًا، ثم: { $command }
   *[other] اطّلع على كل منها أولًا، ثم: { $command }
}

## keyward sessions --watch

watch-signed-out = سُجّل الخروج: { $name } ({ $id })
watch-new = هناك جلسة جديدة: { $name } ({ $id })
watch-renamed = تغيّر الاسم: { $old } صار الآن { $name } ({ $id })
watch-trust = { $name } ({ $id }): { $trust }
watch-push = { $name } ({ $id }): الإشعارات الفورية { $push }
watch-acknowledged = أُقرّ به: { $name }

## keyward sessions sign-out

sign-out-these = سيُسجَّل الخروج من هذه الجلسات:
sign-out-question = هل تريد تسجيل الخروج؟
sign-out-nobody = أُلغي الأمر. لم يُسجَّل الخروج من أي جلسة.
sign-out-no-such = لا توجد جلسة كهذه.
sign-out-done = { $count ->
    [zero] لم يُسجَّل الخروج من أي جلسة.
    [one] سُجّل الخروج من جلسة واحدة.
    [two] سُجّل الخروج من جلستين.
    [few] سُجّل الخروج من { $count } جلسات.
    [many] سُجّل الخروج من { $count } جلسة.
   *[other] سُجّل الخروج من { $count } جلسة.
}
sign-out-confirm-page = افتح هذه الصفحة في متصفح وأكّد هناك، بصفتك { $user }، أنك صاحب الحساب
sign-out-link = { $number } من { $total }: افتح هذا في متصفح وسجّل الخروج هناك من الجلسة { $device }:
sign-out-done-there = هل انتهيت هناك؟
sign-out-stopped = { $count ->
    [zero] أُلغي الأمر. لم يُسجَّل الخروج من أي جلسة.
    [one] أُلغي الأمر. سُجّل الخروج من جلسة واحدة.
    [two] أُلغي الأمر. سُجّل الخروج من جلستين.
    [few] أُلغي الأمر. سُجّل الخروج من { $count } جلسات.
    [many] أُلغي الأمر. سُجّل الخروج من { $count } جلسة.
   *[other] أُلغي الأمر. سُجّل الخروج من { $count } جلسة.
}
sign-out-still-there = لا تزال تلك الجلسة موجودة.

## keyward sessions verify

verify-asking = سؤال الجلسة الأخرى
verify-handing-over = تسليم المفاتيح
verify-as-numbers = بالأرقام: { $numbers }
verify-keys-cancel = Ctrl-C للإلغاء.
verify-keys-emoji-or-code = اكتب e لمقارنة الرموز التعبيرية، أو c لعرض رمز QR، أو q للإلغاء، ثم Enter.
verify-keys-emoji = اكتب e لمقارنة الرموز التعبيرية، أو q للإلغاء، ثم Enter.
verify-keys-code = اكتب c لعرض رمز QR، أو q للإلغاء، ثم Enter.
verify-keys-yes-no = اكتب { $yes } إن كان الجواب نعم، أو { $no } إن كان لا، أو q للإلغاء، ثم Enter.
verify-no-answer = هذا ليس أحد الأجوبة.
verify-scan-this = امسح هذا الرمز ضوئيًا باستخدام { $other }. ويظهر هنا متى نجح ذلك.
verify-too-narrow = هذه النافذة أضيق من أن تتسع لرمز QR. وسّعها، أو قارن الرموز التعبيرية.
verify-cannot-scan = لا تستطيع الجلسة الأخرى مسح رمز. قارن الرموز التعبيرية.
verify-terminal-cannot-scan = تعرض الجلسة الأخرى رمز QR، ولا تستطيع الطرفية مسحه. ألغِ وابدأ من هناك.

## The page of sessions

page-too-small = هذه النافذة صغيرة جدًا: { $columns } في { $rows } على الأقل. q للخروج.
page-title = جلسات { $user }
page-title-keys = ? مساعدة  q خروج
page-answer-login = y كنت أنا   n لست أنا: تسجيل الخروج
page-answer-login-more = y كنت أنا   n لست أنا: تسجيل الخروج  (و { $more } غيرها)
page-view-inactive = i عرض الكل
page-view-unverified = u عرض الكل
page-asking = سؤال الخادم المنزلي …
page-others = الأخرى:
page-no-others = لا توجد جلسات أخرى.
page-no-others-of-filter = لا شيء من الجلسات الأخرى. Tab يعرض مرشّحًا آخر.
page-this-one = (هذه)
page-unknown = غير معروف
page-head-session = الجلسة
page-head-verification = التوثيق
page-head-activity = آخر نشاط
page-head-id = المعرّف
page-head-address = عنوان IP
page-head-push = إشعارات
page-head-kind = النوع
page-push-on = نعم
page-push-off = لا
page-kind-desktop = حاسوب
page-kind-mobile = محمول
page-kind-web = ويب
page-kind-unknown = غير معروف
page-selected = المختار: { $count }
page-asks-to-verify = تطلب { $other } التوثيق. أغلق هذا كي تجيب.
page-another-session = جلسة أخرى
page-acknowledged = سُجّل ذلك: كنت أنت.
page-session-gone = لم تعد تلك الجلسة موجودة: سُجّل الخروج منها في هذه الأثناء.
page-renamed = تغيّر الاسم.
page-verified = تم التوثيق.
page-verified-already = { $name } موثّقة من قبل.
page-unverifiable = { $name } لا تدعم التشفير، ولذلك لا يمكن توثيقها. سجّل الخروج منها إن كنت لا تعرفها.
page-verify-there = وثّقها في البرنامج الآخر: فلديه مفاتيح هذه الجلسة.
page-nobody-signed-out = لم يُسجَّل الخروج من أي جلسة. ويبقى الاختيار كما هو.
page-sign-out-stopped = توقف ذلك. تعرض القائمة ما لا يزال مسجّل الدخول.

page-keys-move = ↑↓ تنقّل
page-keys-select = المسافة اختيار
page-keys-all = a كل المعروض
page-keys-filter = Tab مرشّح
page-keys-details = Enter تفاصيل
page-keys-rename = r إعادة التسمية
page-keys-push = p إشعارات
page-keys-sign-out = s تسجيل الخروج
page-keys-verify = v توثيق

page-help-title = المفاتيح
page-help-move = تنقّل؛ وكذلك Page Up و Page Down و Home و End
page-help-filter = عرض مرشّح آخر
page-help-view = عرض كل غير الموثّقة، وكل غير النشطة
page-help-keys-select = المسافة  a
page-help-select = اختيار جلسة؛ كل المعروض
page-help-details = كل شيء عن الجلسة، وسجلها كذلك
page-help-rename = إعادة تسمية الجلسة
page-help-push = تشغيل الإشعارات الفورية أو إيقافها
page-help-verify = توثيق الجلسة، بالرموز التعبيرية أو برمز QR
page-help-verify-there = التوثيق: في البرنامج صاحب هذه الجلسة
page-help-sign-out = تسجيل الخروج من الجلسات المختارة، أو من التي عند >
page-help-new-login = جواب عن تسجيل دخول جديد: كنت أنا؛ لست أنا، تسجيل الخروج
page-help-refresh = سؤال الخادم من جديد (القائمة تتابع التغييرات بنفسها)
page-help-leave = خروج
page-help-plain = `keyward sessions --plain` يقول الشيء نفسه سطرًا سطرًا.
page-any-key = أي مفتاح يغلق هذا.

page-details-title = تفاصيل الجلسة
page-details-keys = r إعادة التسمية   p إشعارات   v توثيق   s تسجيل الخروج   Esc رجوع
page-details-keys-attached = r إعادة التسمية   p إشعارات   s تسجيل الخروج   Esc رجوع

page-rename-title = إعادة تسمية الجلسة
page-rename-public = يمكن لمن تتحدث معهم أن يروا الاسم.
page-rename-new = الاسم الجديد:
page-rename-working = جارٍ تغيير الاسم …
page-rename-keys = Enter يغيّر الاسم   Esc يُبقي القديم

page-sign-out-title = تسجيل الخروج
page-sign-out-on-page = في هذا الخادم المنزلي يُسجَّل الخروج من الجلسات عبر صفحة الحساب الخاصة به. افتح هذا في متصفح وسجّل الخروج هناك:
page-sign-out-progress = سُجّل الخروج من { $done } من { $total }؛ ويُلاحظ ذلك هنا من تلقاء نفسه.
page-sign-out-page-keys = Enter ينظر من جديد   n جلسة أخرى أولًا   Esc يتوقف
page-sign-out-gone = { $name } (سُجّل الخروج منها في هذه الأثناء)
page-sign-out-more = … و { $count } غيرها
page-sign-out-weighing = النظر فيما يؤدي إليه ذلك …
page-sign-out-back = Esc للرجوع
page-sign-out-question = { $count ->
    [zero] لا توجد جلسات لتسجيل الخروج منها.
    [one] هل تريد تسجيل الخروج من جلسة واحدة؟
    [two] هل تريد تسجيل الخروج من جلستين؟
    [few] هل تريد تسجيل الخروج من { $count } جلسات؟
    [many] هل تريد تسجيل الخروج من { $count } جلسة؟
   *[other] هل تريد تسجيل الخروج من { $count } جلسة؟
}
page-sign-out-keys = Enter أو y يسجّل الخروج   Esc أو n للرجوع
page-sign-out-working = جارٍ تسجيل الخروج …
page-sign-out-password-keys = Enter يسجّل الخروج   Esc للرجوع
page-sign-out-browser = افتح هذا في متصفح وأكّد هناك أنك صاحب الحساب:
page-sign-out-other-account = جرى ذلك بحساب آخر. افتح هذا من جديد وافعله بحسابك:
page-sign-out-browser-keys = يُلاحظ ذلك هنا من تلقاء نفسه.   Esc يتوقف

page-verify-title = توثيق
page-verify-moment = لحظة …
page-verify-cancel = Esc للإلغاء
page-verify-accept = v يوثّق   Esc أو n يرفض
page-verify-emoji-or-code = e مقارنة الرموز التعبيرية   c عرض رمز QR   Esc للإلغاء
page-verify-emoji = e مقارنة الرموز التعبيرية   Esc للإلغاء
page-verify-code = c عرض رمز QR   Esc للإلغاء
page-verify-match = y متطابقة   n غير متطابقة   Esc للإلغاء
page-verify-scanned = y نعم   n لا: إلغاء
page-code-too-small = هذه النافذة أصغر من أن تتسع لرمز QR. كبّرها، أو اضغط e لمقارنة الرموز التعبيرية. Esc للإلغاء.
page-code-scan = امسح هذا الرمز ضوئيًا باستخدام { $other }.
page-code-worked = ويظهر هنا متى نجح ذلك.
page-code-emoji = e مقارنة الرموز التعبيرية بدلًا من ذلك
