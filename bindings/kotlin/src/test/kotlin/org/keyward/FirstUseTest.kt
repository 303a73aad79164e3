// SPDX-License-Identifier: Apache-2.0

package org.keyward

import kotlinx.coroutines.runBlocking
import java.io.File
import java.util.concurrent.CyclicBarrier
import java.util.concurrent.TimeUnit
import kotlin.concurrent.thread
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertTrue

/** An app may use the library from several threads from its first moment on. */
class FirstUseTest {
    @Test
    fun `threads that use the library at the same moment for the first time do not wait for each other for ever`() {
        val java = File(System.getProperty("java.home"), "bin/java").path
        repeat(PROCESSES) {
            val process =
                ProcessBuilder(java, "-cp", System.getProperty("java.class.path"), FirstUse::class.java.name)
                    .redirectErrorStream(true)
                    .start()
            val ended = process.waitFor(2, TimeUnit.MINUTES)
            if (!ended) process.destroyForcibly()
            assertTrue(ended, "a process hangs")
            assertEquals("done" to 0, process.inputReader().readText().trim() to process.exitValue())
        }
    }

    private companion object {
        const val PROCESSES = 12
    }
}

/** What each process does. */
internal object FirstUse {
    @JvmStatic
    fun main(arguments: Array<String>) {
        val together = CyclicBarrier(THREADS)
        val threads =
            List(THREADS) { number ->
                thread {
                    together.await()
                    if (number % 2 == 0) StoreKey.generate() else runBlocking { runCatching { Keyward.discover("") } }
                }
            }
        threads.forEach(Thread::join)
        println("done")
    }

    private const val THREADS = 8
}
