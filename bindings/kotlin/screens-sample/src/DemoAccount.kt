// SPDX-License-Identifier: Apache-2.0

package org.keyward.sample

import com.fasterxml.jackson.databind.ObjectMapper
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse

/** An account to try the screens on: with another session, a digital identity and some messages. */
object DemoAccount {
    /** Null without the test service that `cargo xtask screens` starts. */
    fun make(): Entered? {
        val service = System.getenv("KEYWARD_TEST_SERVICE") ?: return null
        val body = HttpRequest.BodyPublishers.ofString("""{"history": "short"}""")
        val request = HttpRequest.newBuilder(URI("$service/people")).POST(body).build()
        val answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString())
        check(answer.statusCode() == 200) { answer.body() }
        val person = ObjectMapper().readTree(answer.body())
        // It opens the account on the screen "Verify this session".
        println("Its Security Key: ${person["recovery_key"].asText()}")
        return Entered(person["homeserver"].asText(), person["localpart"].asText(), person["password"].asText())
    }
}
