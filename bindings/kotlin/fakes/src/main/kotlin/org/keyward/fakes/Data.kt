// SPDX-License-Identifier: Apache-2.0

package org.keyward.fakes

import org.keyward.Advice
import org.keyward.KeyCheck
import org.keyward.OldBackup
import org.keyward.PendingReset
import org.keyward.ResetConsequences
import org.keyward.TextArgument
import org.keyward.TextValue
import java.util.concurrent.ConcurrentHashMap

/** What the core's tests have written for the fakes. */
internal object Data {
    private val flows: Fields by lazy { read("flows.json") }
    private val samples: Fields by lazy { read("samples.json") }

    val reset: Table by lazy { Table(flows.fields("reset")) }
    val attachedReset: Table by lazy { Table(flows.fields("reset_attached")) }
    val recovery: Table by lazy { Table(flows.fields("recovery")) }

    /** @param methods which both sides can do, a digit each. */
    fun verification(methods: String): VerificationTable = VerificationTable(flows.fields("verification/$methods"))

    val cancelReasons: Fields by lazy { samples.fields("cancel_reasons") }
    val emoji: List<Fields> get() = samples.all("emoji")
    val decimals: List<Long> get() = samples["decimals"]
    val qrCode: Fields get() = samples.fields("qr_code")
    val otherQrCode: ByteArray get() = bytes(samples["other_qr_code"])
    val longestName: Int get() = samples.count("longest_name")

    /** The other sessions that the old identity has signed. */
    val signed: Set<String> by lazy {
        sessions
            .all(
                "others",
            ).filter { it.get<String>("trust") == "Verified" }
            .map { it.get<String>("device_id") }
            .toSet()
    }

    val keyChecks: Map<String, KeyCheck> by lazy {
        named(KEY_CHECK).associateWith { name ->
            samples.fields(KEY_CHECK + name).let {
                KeyCheck(it["opens"], it["does_not_open"], it["missing"], it["is_default"])
            }
        }
    }

    val key: String get() = samples["key"]
    val now: Long get() = samples["now"]
    val sessions: Fields get() = samples.fields("sessions")
    val newLogins: List<Fields> get() = samples.all("new_logins")
    val history: List<Fields> get() = samples.all("history")

    val accounts: List<SampleAccount> by lazy {
        named(ACCOUNT).map { SampleAccount(it, samples.fields(ACCOUNT + it)) }
    }

    fun account(name: String): SampleAccount = accounts.first { it.name == name }

    fun report(name: String): Fields = samples.fields("report/$name")

    fun error(code: String): Fields? = samples.fieldsOrNull("error/$code")

    val errorCodes: List<String> by lazy { named(ERROR) }

    private fun named(prefix: String) = samples.names.filter { it.startsWith(prefix) }.map { it.removePrefix(prefix) }

    private val screens = ConcurrentHashMap<String, Fields>()

    /** What is said in a language, or null where there is no such. Read once: each preview makes its texts anew. */
    fun screens(language: String): Fields? =
        if (language in LANGUAGES) screens.getOrPut(language) { read("screens/$language.json") } else null

    private fun read(name: String): Fields {
        val stream = checkNotNull(Data::class.java.getResourceAsStream(name)) { "$name is not packed with the fakes" }
        return Fields(Json(stream.use { it.readBytes().decodeToString() }).read() as Map<*, *>)
    }

    private const val ACCOUNT = "account/"
    private const val ERROR = "error/"
    private const val KEY_CHECK = "key_check/"

    val LANGUAGES: List<String> = listOf("en", "ar", "de", "es", "fr", "pl")
}

/** The way of a flow that nobody cancels. */
internal class Table(
    fields: Fields,
) {
    private val begin =
        Row(fields.all("begin").map(::Work), shows = null, committed = false, mayCancel = true, pending = null)
    private val rows =
        fields.all("rows").map { row ->
            Row(
                row.all("works").map(::Work),
                row["shows"],
                row["committed"],
                row["may_cancel"],
                row.enum<PendingReset>("pending"),
            )
        }

    /** [BEFORE]: what is done before anything is written down. */
    fun row(number: Int): Row = if (number == BEFORE) begin else rows[number]

    /** The number of the phase that shows this. */
    fun numberOf(shows: String): Int =
        rows.indexOfFirst { it.shows == shows }.also { check(it > BEFORE) { "Nothing here shows $shows" } }

    val all: List<Row> get() = listOf(begin) + rows

    companion object {
        const val BEFORE: Int = -1
    }
}

/** One phase of a flow: what is done in it, and what is shown then, if a person is needed or it is over. */
internal class Row(
    val works: List<Work>,
    val shows: String?,
    val committed: Boolean,
    val mayCancel: Boolean,
    val pending: PendingReset?,
)

/** Where a verification can be, by the names of the places. */
internal class VerificationTable(
    private val fields: Fields,
) {
    fun place(name: String): Place = Place(name, fields.fields(name))
}

/** One place of a verification. */
internal class Place(
    val name: String,
    fields: Fields,
) {
    /** The state; null: the one from before stays. */
    val shows: String? = fields["shows"]

    /** The place that follows by itself. */
    val goesOn: String? = fields["goes_on"]

    /** Where each call leads that fits; null: to an end. */
    val calls: Map<String, String?> = fields["calls"]

    /** Where it leads what the other session can do. */
    val turns: Map<String, String> = fields["turns"]
}

/** Something that takes time. */
internal class Work(
    fields: Fields,
) {
    val step: String = fields["step"]
    val number: Int = if ("number" in fields) fields.count("number") else 0
    val steps: Int = if ("steps" in fields) fields.count("steps") else 0
    val done: Int = if ("done" in fields) fields.count("done") else 0
    val total: Int = if ("total" in fields) fields.count("total") else 0
}

/** An account that a reset may be made of, and what comes of it. */
internal class SampleAccount(
    val name: String,
    fields: Fields,
) {
    val consequences: ResetConsequences =
        fields.fields("consequences").let {
            ResetConsequences(
                userId = it["user_id"],
                deviceId = it["device_id"],
                oldIdentity = it["old_identity"],
                otherSessions = it.count("other_sessions"),
                verifiedSessions = it.count("verified_sessions"),
                sessionsWithoutEncryption = it.count("sessions_without_encryption"),
                verifiedContacts = it.countOrNull("verified_contacts"),
                roomKeysHere = it.countOrNull("room_keys_here"),
                roomKeysInBackup = it.countOrNull("room_keys_in_backup"),
                backupReadable = it["backup_readable"],
                olderBackups = it.count("older_backups"),
                keyStorageOff = it["key_storage_off"],
                hasSecretStorage = it["has_secret_storage"],
                otherSecrets = it.count("other_secrets"),
                dehydratedDevice = it["dehydrated_device"],
            )
        }
    val isAttached: Boolean = consequences.roomKeysHere == null
    val newIdentity: String = fields["new_identity"]
    val untrustedSessions: List<String> = fields["untrusted_sessions"]
    val roomKeysBackedUp: Int = fields.count("room_keys_backed_up")
    private val oldBackups = fields.fields("old_backups")

    fun oldBackup(choices: String): OldBackup = oldBackups.enum(choices)
}

internal fun bytes(numbers: List<Long>): ByteArray = ByteArray(numbers.size) { numbers[it].toByte() }

/** A digit for each, as the core's tests name choices and ways. */
internal fun digits(vararg bits: Boolean): String = bits.joinToString("") { if (it) "1" else "0" }

/** What an error says, with the arguments that the texts know it with. */
internal fun adviceOf(code: String): Advice {
    val error = requireNotNull(Data.error(code)) { "There is no error $code" }
    return Advice(code, error.enum("remedy"), error["reason"], error.all("arguments").map(::argument))
}

private fun argument(fields: Fields): TextArgument {
    val value =
        when {
            "number" in fields -> TextValue.Number(fields.count("number"))
            "words" in fields -> TextValue.Words(fields["words"])
            else -> TextValue.Name(fields["chosen"])
        }
    return TextArgument(fields["name"], value)
}
