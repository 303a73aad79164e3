// SPDX-License-Identifier: Apache-2.0

package org.keyward

import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.runInterruptible
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.withTimeoutOrNull
import kotlinx.coroutines.yield
import org.junit.jupiter.api.Assumptions.assumeTrue
import org.junit.jupiter.api.Test
import org.keyward.support.LIMIT
import org.keyward.support.OtherProcess
import org.keyward.support.TestService
import org.keyward.support.loggedIn
import org.keyward.support.test
import org.keyward.support.withFolder
import java.io.File
import java.io.IOException
import java.nio.file.Files
import java.util.Base64
import java.util.concurrent.Executors
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.time.Duration.Companion.minutes

class LoginDropsTest {
    @Test
    fun `a closed object is refused as an argument`() =
        test {
            withFolder { folder ->
                val key = StoreKey.generate()
                key.close()
                assertFailsWith<IllegalStateException> { Keyward.restore(folder, key) }
            }
        }

    @Test
    fun `a thousand accounts that nobody closes abort nothing and leak nothing`() =
        test(limit = 10.minutes) {
            assumeTrue(File("/proc/self/fd").isDirectory, "the system tells what is open")
            loggedIn(TestService.newUser()) { account ->
                account.shutDown()
                val root = File(folder.parentFile, "copies")
                LoginDrops.folders(root).flatten().forEach { copy -> folder.copyRecursively(copy) }
                // A small heap, so that the collector comes by itself.
                OtherProcess(LoginDrops::class, "-Xmx48m").use { process ->
                    process.write(root.path, Base64.getEncoder().encodeToString(key.reveal()))
                    val (code, text) = runInterruptible(Dispatchers.IO) { process.awaitEnd() }
                    assertEquals(0, code, text)
                }
            }
        }
}

/** Opens accounts from several threads and forgets them. */
object LoginDrops {
    private const val THREADS = 8

    /** Each thread opens this many accounts before it comes to one again. */
    private const val FOLDERS = 8
    private const val WARM_UP = 1
    private const val ROUNDS = 16
    private const val MEMORY_FOR_CHANCE = 64

    /** The folders of each thread. */
    fun folders(root: File): List<List<File>> =
        List(THREADS) { thread -> List(FOLDERS) { number -> File(root, "$thread-$number") } }

    @JvmStatic
    fun main(args: Array<String>): Unit =
        runBlocking {
            val root = File(readln())
            val key = Base64.getDecoder().decode(readln())
            openAndForget(root, key, WARM_UP)
            awaitNothingOpenIn(root)
            val (filesBefore, memoryBefore) = openFiles().size to memory()

            openAndForget(root, key, ROUNDS)
            awaitNothingOpenIn(root)
            // What the last accounts have sent is let go a moment after their stores.
            val isLetGo =
                withTimeoutOrNull(LIMIT) {
                    while (openFiles().size > filesBefore || memory() >= memoryBefore + MEMORY_FOR_CHANCE) {
                        System.gc()
                        yield()
                    }
                }
            println("memory: $memoryBefore MiB, then ${memory()} MiB; files: $filesBefore, then ${openFiles()}")
            checkNotNull(isLetGo) { "files or memory are left" }
        }

    private suspend fun openAndForget(
        root: File,
        key: ByteArray,
        rounds: Int,
    ) = coroutineScope {
        folders(root).forEach { mine ->
            launch {
                Executors.newSingleThreadExecutor().asCoroutineDispatcher().use { thread ->
                    withContext(thread) { repeat(rounds) { mine.forEach { folder -> use(restored(folder, key)) } } }
                }
            }
        }
    }

    /** The one before in this folder is in use until the collector has found it. */
    private suspend fun restored(
        folder: File,
        key: ByteArray,
    ): Account =
        withTimeout(LIMIT) {
            while (true) {
                try {
                    return@withTimeout Keyward.restore(folder, StoreKey.fromBytes(key))
                } catch (_: RestoreException.InUse) {
                    System.gc()
                    yield()
                }
            }
            error("unreachable")
        }

    /** What an app has of an account; nothing is closed, and somebody stops waiting in the middle of a call. */
    private suspend fun use(account: Account) =
        coroutineScope {
            val sessions = account.sessions()
            account.roomKeys()
            check(sessions.history().isEmpty())
            val watch = sessions.openWatch()
            launch(start = CoroutineStart.UNDISPATCHED) { watch.next() }.cancelAndJoin()
            launch(start = CoroutineStart.UNDISPATCHED) { account.status() }.cancelAndJoin()
            check(account.pendingReset() == null)
        }

    private suspend fun awaitNothingOpenIn(root: File) =
        withTimeout(LIMIT) {
            while (openFiles().any { it.startsWith(root.path) }) {
                System.gc()
                yield()
            }
        }

    private fun openFiles(): List<String> =
        File("/proc/self/fd").listFiles().orEmpty().mapNotNull { file ->
            try {
                Files.readSymbolicLink(file.toPath()).toString()
            } catch (_: IOException) {
                null // closed meanwhile
            }
        }

    /** Resident memory in MiB. */
    private fun memory(): Int {
        val line = File("/proc/self/status").readLines().first { it.startsWith("VmRSS:") }
        return line.filter { it.isDigit() }.toInt() / 1024
    }
}
