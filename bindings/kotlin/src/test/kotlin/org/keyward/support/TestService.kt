// SPDX-License-Identifier: Apache-2.0

package org.keyward.support

import com.fasterxml.jackson.databind.JsonNode
import com.fasterxml.jackson.databind.ObjectMapper
import kotlinx.coroutines.future.await
import org.keyward.StoreKey
import java.io.File
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse
import java.util.Base64

/** The judge of all tests, over HTTP: `bindings/README.md` lists its endpoints. */
object TestService {
    private const val VARIABLE = "KEYWARD_TEST_SERVICE"

    private val http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()
    private val json = ObjectMapper()
    private val url = System.getenv(VARIABLE) ?: error("run the tests with `cargo xtask kotlin`, or set $VARIABLE")

    /** What the service answers; fails with its words. Members that are null are left out. */
    suspend fun call(
        path: String,
        vararg members: Pair<String, Any?>,
    ): JsonNode {
        val body = json.writeValueAsString(members.toMap().filterValues { it != null })
        val request =
            HttpRequest
                .newBuilder(URI("$url$path"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build()
        val response = http.sendAsync(request, HttpResponse.BodyHandlers.ofString()).await()
        val reply = json.readTree(response.body())
        check(response.statusCode() == 200) { "$path: ${reply["error"]?.asText() ?: response.body()}" }
        return reply
    }

    /** JSON of text, for the bodies of requests and replies. */
    fun parse(text: String): JsonNode = json.readTree(text)

    /** A registered user who has never used encryption; at a deployment one whom the first login registers. */
    suspend fun newUser(deployment: Deployment? = null): User =
        User(call("/users", "deployment" to deployment?.name?.lowercase()), deployment)

    /** A user with a phone that has an identity, secret storage, a key backup and, if asked for, a past. */
    suspend fun person(
        history: History = History.SHORT,
        deployment: Deployment? = null,
    ): Person {
        val members = arrayOf("history" to history.name.lowercase(), "deployment" to deployment?.name?.lowercase())
        return Person(call("/people", *members), deployment)
    }

    /** Another session of a user, beside the one under test. */
    suspend fun login(
        user: User,
        name: String? = null,
        withEncryption: Boolean = false,
        homeserver: String? = null,
    ): OtherSession {
        val reply =
            call(
                "/sessions/login",
                "user_id" to user.userId,
                "password" to user.password,
                "name" to name,
                "with_encryption" to withEncryption,
                "homeserver" to homeserver,
                "deployment" to user.deployment?.name?.lowercase(),
            )
        return OtherSession("/sessions/${reply.text("id")}", reply.text("device_id"))
    }

    /** A proxy before Synapse, before `upstream`, or before the servers of a deployment. */
    suspend fun proxy(
        upstream: String? = null,
        deployment: Deployment? = null,
    ): Proxy = Proxy(call("/proxies", "upstream" to upstream, "deployment" to deployment?.name?.lowercase()))

    /** From now on all that reads or writes the store in this folder fails, also while it is open. */
    suspend fun breakStore(folder: File) {
        call("/stores/break", "directory" to folder.path)
    }

    /** Ends what [breakStore] began. */
    suspend fun mendStore(folder: File) {
        call("/stores/mend", "directory" to folder.path)
    }

    /** Gives the crypto store another schema version than 17. */
    suspend fun setSchemaVersion(
        folder: File,
        version: Int,
    ) {
        call("/stores/schema_version", "directory" to folder.path, "version" to version)
    }

    /** Writes a value into the crypto store, which must be closed. */
    suspend fun setCustomValue(
        folder: File,
        key: StoreKey,
        name: String,
        value: String,
    ) {
        call(
            "/stores/custom_value",
            "directory" to folder.path,
            "store_key" to key.base64(),
            "name" to name,
            "value" to value,
        )
    }

    /** Writes a file of exported room keys: `roomKeys` made-up ones, or any text instead of their JSON. */
    suspend fun writeRoomKeyFile(
        file: File,
        passphrase: String,
        roomKeys: Int? = null,
        content: String? = null,
        version: Int? = null,
        rounds: Long? = null,
    ) {
        call(
            "/room_key_files",
            "path" to file.path,
            "passphrase" to passphrase,
            "room_keys" to roomKeys,
            "content" to content,
            "version" to version,
            "rounds" to rounds,
        )
    }

    /** Remembers how an account stands before a reset by the session `deviceId`, whose store is in `folder`. */
    suspend fun oracle(
        person: Person,
        deviceId: String,
        folder: File,
        key: StoreKey,
    ): Oracle {
        val reply =
            call(
                "/oracles",
                "observer" to person.observer.id,
                "device_id" to deviceId,
                "directory" to folder.path,
                "store_key" to key.base64(),
                "recovery_key" to person.recoveryKey,
            )
        return Oracle("/oracles/${reply.text("id")}")
    }

    private fun StoreKey.base64(): String = Base64.getEncoder().encodeToString(reveal())
}

/** How much a person has behind them. */
enum class History {
    /** No message. */
    NONE,

    /** Three messages. */
    SHORT,

    /** That, an older version of the key backup, and a dehydrated device. */
    LONG,
}

/** A homeserver whose accounts need no password. */
enum class Deployment {
    /** With an authorisation server (OAuth 2.0). */
    OAUTH,

    /** With a provider for single sign-on. */
    SSO,
}

/** Somebody with a password, which is empty at a deployment. */
open class User(
    reply: JsonNode,
    val deployment: Deployment? = null,
) {
    val homeserver: String = reply.text("homeserver")
    val userId: String = reply.text("user_id")
    val localpart: String = reply.text("localpart")
    val password: String = reply.text("password")

    /** Opens a page in a browser, logs in where it asks, and allows. Where it led if that is for the app, else null. */
    suspend fun allow(page: String): String? = visit(page)

    /** The same, and denies. */
    suspend fun deny(page: String): String? = visit(page, "deny" to true)

    /** Enters a code on its page, and allows what it is for. */
    suspend fun enterCode(
        page: String,
        code: String,
    ) {
        visit(page, "user_code" to code)
    }

    private suspend fun visit(
        page: String,
        vararg members: Pair<String, Any>,
    ): String? {
        val reply = TestService.call("/browser", "localpart" to localpart, "page" to page, *members)
        return reply["led_to"].takeUnless { it.isNull }?.asText()
    }
}

/** Somebody who has another client: the phone. */
class Person(
    reply: JsonNode,
    deployment: Deployment? = null,
) : User(reply, deployment) {
    /** The other client. */
    val phone = OtherSession("/people/${reply.text("id")}", reply.text("device_id"))

    /** The key that opens secret storage until somebody resets. */
    val recoveryKey: String = reply.text("recovery_key")
    val roomId: String = reply.text("room_id")

    /** A session without encryption, for plain requests. */
    val observer =
        OtherSession(
            "/sessions/${reply.text("observer")}",
            reply["device_ids"].map { it.asText() }.single { it != phone.deviceId },
        )

    /**
     * Why a brand-new session with this key alone does *not* read everything that the phone has sent; null if it does.
     */
    suspend fun whyHistoryIsUnreadable(recoveryKey: String): String? {
        val reply = phone.call("reads_history", "recovery_key" to recoveryKey)
        return if (reply["readable"].asBoolean()) null else reply.text("because")
    }
}

/** A session beside the one under test. Most steps need one `withEncryption`. */
class OtherSession(
    private val path: String,
    val deviceId: String,
) {
    val id: String get() = path.substringAfterLast('/')

    /** A step that has no function here. */
    suspend fun call(
        step: String,
        vararg members: Pair<String, Any?>,
    ): JsonNode = TestService.call("$path/$step", *members)

    suspend fun logout() {
        TestService.call("/sessions/$id/logout")
    }

    /** A plain request below `/_matrix/client`, whatever the server says to it. */
    suspend fun request(
        method: String,
        path: String,
        body: Any? = null,
    ): Response {
        val reply = TestService.call("/sessions/$id/request", "method" to method, "path" to path, "body" to body)
        return Response(reply["status"].asInt(), reply["body"])
    }

    class Response(
        val status: Int,
        val body: JsonNode,
    )

    /** The account data of this type; null if there is none. */
    suspend fun accountData(type: String): JsonNode? =
        TestService.call("/sessions/$id/account_data", "type" to type)["content"].takeUnless { it.isNull }

    suspend fun setAccountData(
        type: String,
        content: Any,
    ) {
        TestService.call("/sessions/$id/account_data", "type" to type, "content" to content)
    }

    /** Sets when the server has last seen a session of this user, in milliseconds since 1970. */
    suspend fun setLastSeen(
        deviceId: String,
        milliseconds: Long,
    ) {
        TestService.call("/sessions/$id/seen", "device_id" to deviceId, "milliseconds" to milliseconds)
    }

    /** Whether the server has the identity's signature of this session. */
    suspend fun isSigned(deviceId: String): Boolean =
        TestService.call("/sessions/$id/is_signed", "device_id" to deviceId)["signed"].asBoolean()

    suspend fun sync() {
        call("sync")
    }

    /** Sets a new account up; the recovery key. */
    suspend fun bootstrap(passphrase: String? = null): String =
        call("bootstrap", "passphrase" to passphrase).text("recovery_key")

    /** A new identity alone: secret storage is outdated then. */
    suspend fun bootstrapIdentity() {
        call("bootstrap_identity")
    }

    /** Verifies this session with the recovery key. */
    suspend fun recover(recoveryKey: String) {
        call("recover", "recovery_key" to recoveryKey)
    }

    /** Resets the account as other clients do; the new recovery key. */
    suspend fun resetIdentity(): String = call("reset_identity").text("recovery_key")

    suspend fun sendMessages(
        count: Int,
        roomId: String? = null,
    ): List<JsonNode> = call("send_messages", "count" to count, "room_id" to roomId)["messages"].toList()

    /** What a message says; null if this session cannot read it. */
    suspend fun decrypt(
        roomId: String,
        eventId: String,
    ): String? = call("can_decrypt", "room_id" to roomId, "event_id" to eventId)["body"].takeUnless { it.isNull }?.asText()

    suspend fun waitForBackup() {
        call("wait_for_backup")
    }

    /** What the person at this client does in a verification. */
    suspend fun verification(
        step: String,
        vararg members: Pair<String, Any?>,
    ): JsonNode = call("verification/$step", *members)
}

/** A connection that breaks, waits or lies when told to. */
class Proxy(
    reply: JsonNode,
) {
    val url: String = reply.text("url")
    private val path = "/proxies/${reply.text("id")}"

    /** A fault at the requests that match: the next one, the one with this number, or all from then on. */
    suspend fun arm(
        fault: String,
        method: String? = null,
        pathContains: String? = null,
        pathEndsWith: String? = null,
        number: Int? = null,
        forEver: Boolean = false,
        milliseconds: Int? = null,
    ) {
        TestService.call(
            "$path/arm",
            "fault" to fault,
            "method" to method,
            "path_contains" to pathContains,
            "path_ends_with" to pathEndsWith,
            "number" to number,
            "for_ever" to forEver,
            "milliseconds" to milliseconds,
        )
    }

    /** Answers all requests that match with this JSON instead of the server. */
    suspend fun reply(
        method: String? = null,
        pathContains: String? = null,
        pathEndsWith: String? = null,
        status: Int = 200,
        body: String = "{}",
    ) {
        TestService.call(
            "$path/reply",
            "method" to method,
            "path_contains" to pathContains,
            "path_ends_with" to pathEndsWith,
            "status" to status,
            "body" to TestService.parse(body),
            "for_ever" to true,
        )
    }

    /** Lets requests that match wait until [release]: before the server acts, or after. All, or the one with this number. */
    suspend fun hold(
        method: String? = null,
        pathContains: String? = null,
        pathEndsWith: String? = null,
        number: Int? = null,
        after: Boolean = false,
    ) {
        TestService.call(
            "$path/hold",
            "fault" to if (after) "hold_after" else "hold_before",
            "method" to method,
            "path_contains" to pathContains,
            "path_ends_with" to pathEndsWith,
            "number" to number,
        )
    }

    /** Returns when a request is held. */
    suspend fun held() {
        TestService.call("$path/held")
    }

    suspend fun release() {
        TestService.call("$path/release")
    }

    suspend fun disarm() {
        TestService.call("$path/disarm")
    }

    /** As [disarm], and forgets the requests. */
    suspend fun reset() {
        TestService.call("$path/reset")
    }

    suspend fun setLatency(milliseconds: Int) {
        TestService.call("$path/latency", "milliseconds" to milliseconds)
    }

    /** What came by, in order; ids in paths are replaced by their names. */
    suspend fun requests(): List<Request> =
        TestService.call("$path/requests")["requests"].map { request ->
            Request(
                request.text("method"),
                request.text("path"),
                request["status"].takeUnless { it.isNull }?.asInt(),
            )
        }

    data class Request(
        val method: String,
        val path: String,
        /** Null without an answer. */
        val status: Int?,
    )

    /** From now on nothing answers there. */
    suspend fun stop() {
        TestService.call("$path/stop")
    }
}

/** Judges server and store from outside. Each function fails with the invariant that is broken. */
class Oracle(
    private val path: String,
) {
    /** Nothing of the old is harmed. */
    suspend fun assertUnharmed() = assert("unharmed")

    /** The old is unharmed, or the new complete. */
    suspend fun assertSafe(newKey: String? = null) = assert("safe", newKey)

    /** All is as it was before. */
    suspend fun assertCancelled() = assert("cancelled")

    /** The new is in force and complete. */
    suspend fun assertDone(newKey: String) = assert("done", newKey)

    /** Nothing is left of the old. */
    suspend fun assertNoTraceOfTheOld() = assert("no_trace_of_the_old")

    private suspend fun assert(
        what: String,
        newKey: String? = null,
    ) {
        TestService.call("$path/assert_$what", "new_key" to newKey)
    }
}

/** The text of a member that must be there. */
fun JsonNode.text(name: String): String = checkNotNull(this[name]) { "$this has no `$name`" }.asText()
