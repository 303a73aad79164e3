// SPDX-License-Identifier: Apache-2.0

package org.keyward

import com.sun.net.httpserver.HttpServer
import org.keyward.support.test
import java.net.InetAddress
import java.net.InetSocketAddress
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.TimeUnit
import kotlin.test.AfterTest
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertFalse

/** How servers are reached. */
class NetworkTest {
    /** Of the whole process. */
    @AfterTest
    fun asUsual(): Unit = Keyward.useNetwork(NetworkSettings())

    @Test
    fun `servers are told the name of the app`() =
        test {
            val heard = LinkedBlockingQueue<String>()
            val server = HttpServer.create(InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0)
            server.createContext("/") { exchange ->
                heard.put(exchange.requestHeaders.getFirst("User-Agent"))
                val versions = """{"versions": ["v1.11"]}""".toByteArray()
                exchange.sendResponseHeaders(200, versions.size.toLong())
                exchange.responseBody.use { it.write(versions) }
            }
            server.start()
            try {
                val address = "http://127.0.0.1:${server.address.port}"

                suspend fun told(settings: NetworkSettings): String? {
                    Keyward.useNetwork(settings)
                    Keyward.discover(address)
                    return heard.poll(1, TimeUnit.MINUTES)
                }
                assertEquals("My app/1.0", told(NetworkSettings(userAgent = "My app/1.0")))
                assertEquals("Keyward/${Keyward.versions.keyward}", told(NetworkSettings()))
            } finally {
                server.stop(0)
            }
        }

    @Test
    fun `what cannot be used is refused, and says why`() =
        test {
            val proxy = ProxySettings("http://me:secret@proxy.example.org")
            fails<NetworkException.Proxy> { Keyward.useNetwork(NetworkSettings(proxy = proxy)) }
            fails<NetworkException.Authority> { Keyward.useNetwork(NetworkSettings(authorities = listOf("none".toByteArray()))) }
            fails<NetworkException.UserAgent> { Keyward.useNetwork(NetworkSettings(userAgent = "two\nlines")) }
            Keyward.useNetwork(NetworkSettings(proxy = ProxySettings("http://localhost:9", ProxyLogin("me", Password("secret")))))
        }

    @Test
    fun `a proxy's password is not shown`() {
        val proxy = ProxySettings("http://localhost:9", ProxyLogin("me", Password("secret")))
        assertFalse("secret" in "${NetworkSettings(proxy = proxy)}")
    }
}
