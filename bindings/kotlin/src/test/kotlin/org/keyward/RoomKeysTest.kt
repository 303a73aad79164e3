// SPDX-License-Identifier: Apache-2.0

package org.keyward

import kotlinx.coroutines.flow.filterIsInstance
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.toList
import org.keyward.support.History
import org.keyward.support.TestService
import org.keyward.support.loggedIn
import org.keyward.support.test
import org.keyward.support.withFolder
import java.io.File
import java.io.RandomAccessFile
import java.time.Duration
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertIs
import kotlin.test.assertNotNull
import kotlin.test.assertNull
import kotlin.test.assertTrue
import kotlin.time.Duration.Companion.minutes

/** Room keys in files. */
class RoomKeysTest {
    @Test
    fun `room keys go from one session to another through a file`() =
        test {
            val person = TestService.person(History.NONE)
            withFolder { folder ->
                val file = File(folder, "room-keys.txt")
                loggedIn(person) { account ->
                    person.phone.sync()
                    person.phone.sendMessages(1)
                    while (account.status().roomKeys == 0) account.syncOnce(Duration.ofSeconds(5))
                    val states = account.roomKeys().export(file, passphrase).toList()
                    assertIs<ExportState.Running>(states.first())
                    assertEquals(ExportState.Done(1), states.last())
                }
                assertEquals(listOf(file), folder.listFiles()?.toList(), "nothing else is left")
                loggedIn(person) { account ->
                    assertEquals(0, account.status().roomKeys)
                    val states = account.roomKeys().import(file, passphrase).toList()
                    assertIs<ImportState.Running>(states.first())
                    val imported = RoomKeyImported(imported = 1, total = 1, malformed = 0)
                    assertEquals(ImportState.Done(imported), states.last())
                    assertEquals(1, account.status().roomKeys)
                }
            }
        }

    @Test
    fun `progress is told, and who stops an import keeps what was imported`() =
        test {
            withFolder { folder ->
                val file = File(folder, "room-keys.txt")
                TestService.writeRoomKeyFile(file, PASSPHRASE, roomKeys = 2000)
                loggedIn(TestService.newUser()) { account ->
                    val roomKeys = account.roomKeys()
                    val running = roomKeys.import(file, passphrase).filterIsInstance<ImportState.Running>()
                    val stopped = running.first { it.done > 0 }
                    assertEquals(2000, stopped.total)

                    val states = roomKeys.import(file, passphrase).toList()
                    val progress = states.filterIsInstance<ImportState.Running>()
                    assertEquals(progress.sortedBy { it.done }, progress)
                    assertTrue(progress.size > 2, "$progress")
                    assertTrue(progress.drop(1).all { it.total == 2000 }, "$progress")
                    val done = assertIs<ImportState.Done>(states.last()).imported
                    assertEquals(2000 to 0, done.total to done.malformed)
                    assertTrue(done.imported <= 2000 - stopped.done, "what was there before is not counted: $done")
                    assertEquals(2000, account.status().roomKeys)
                }
            }
        }

    @Test
    fun `an export that is cancelled leaves no file, and keeps the one that was there`() =
        test {
            withFolder { folder ->
                val (present, absent, other) = listOf("present", "absent", "other").map { File(folder, it) }
                present.writeText("What was there.")
                loggedIn(TestService.newUser()) { account ->
                    for (file in listOf(present, absent)) {
                        assertIs<ExportState.Running>(account.roomKeys().export(file, passphrase).first())
                    }
                    // They would be complete before one that begins after them.
                    assertEquals(
                        ExportState.Done(0),
                        account
                            .roomKeys()
                            .export(other, passphrase)
                            .toList()
                            .last(),
                    )
                    assertEquals(setOf(present, other), folder.listFiles()?.toSet())
                    assertEquals("What was there.", present.readText())
                }
            }
        }

    @Test
    fun `what is stopped or closed tells no more`() =
        test {
            withFolder { folder ->
                val file = File(folder, "room-keys.txt")
                TestService.writeRoomKeyFile(file, PASSPHRASE, roomKeys = 300)
                loggedIn(TestService.newUser()) { account ->
                    val stopped = account.roomKeys().startImport(file.path, passphrase)
                    assertNotNull(stopped.next())
                    repeat(2) { stopped.stop() }
                    assertNull(stopped.next())
                    stopped.close()
                    assertFailsWith<IllegalStateException> { stopped.next() }

                    val ended = account.roomKeys().startImport(file.path, passphrase)
                    assertNotNull(ended.next())
                    account.shutDown()
                    while (true) ended.next() ?: break
                    assertNull(ended.next())
                }
            }
        }

    @Test
    fun `each thing that keeps an export from its file has its own error`() =
        // Each derives a key first.
        test(limit = 5.minutes) {
            withFolder { folder ->
                loggedIn(TestService.newUser()) { account ->
                    suspend fun export(
                        path: String,
                        with: Passphrase = passphrase,
                    ) = account.roomKeys().export(File(path), with).toList()

                    fails<ExportException.EmptyPassphrase> { export("$folder/room-keys.txt", Passphrase("")) }
                    fails<ExportException.DiskFull> { export("/dev/full") }
                    fails<ExportException.PermissionDenied> { export("/sys/room-keys.txt") }
                    fails<ExportException.NoSuchFolder> { export("$folder/nowhere/room-keys.txt") }
                    fails<ExportException.IsFolder> { export(folder.path) }
                    fails<ExportException.Write> { export("$folder/${"x".repeat(300)}") }
                    TestService.setSchemaVersion(this.folder, 16)
                    fails<ExportException.StoreVersion> { export("$folder/room-keys.txt") }
                    TestService.setSchemaVersion(this.folder, 17)
                    TestService.breakStore(this.folder)
                    fails<ExportException.Store> { export("$folder/room-keys.txt") }
                    TestService.mendStore(this.folder)
                    assertEquals(emptyList(), folder.list()?.toList(), "no file is left")
                }
            }
        }

    @Test
    fun `each thing that can be wrong with a file has its own error`() =
        test {
            withFolder { folder ->
                val file = File(folder, "room-keys.txt")
                loggedIn(TestService.newUser()) { account ->
                    suspend fun import(
                        path: String = file.path,
                        with: Passphrase = passphrase,
                    ) = account.roomKeys().import(File(path), with).toList()

                    fails<ImportException.NotFound> { import() }
                    fails<ImportException.PermissionDenied> { import("/proc/sys/vm/compact_memory") }
                    fails<ImportException.NotAFile> { import(folder.path) }
                    fails<ImportException.Read> { import("/proc/self/mem") }
                    file.writeText("Something else.")
                    fails<ImportException.NotAnExport> { import() }

                    TestService.writeRoomKeyFile(file, PASSPHRASE, roomKeys = 3)
                    val whole = file.readText()
                    fails<ImportException.WrongPassphrase> { import(with = Passphrase("wrong")) }
                    file.writeText(whole.take(whole.length / 2))
                    fails<ImportException.Truncated> { import() }
                    file.writeText(whole.replaceRange(200, 201, "!"))
                    fails<ImportException.Damaged> { import() }

                    TestService.writeRoomKeyFile(file, PASSPHRASE, roomKeys = 3, version = 2)
                    assertEquals(2, fails<ImportException.UnsupportedVersion> { import() }.version)
                    TestService.writeRoomKeyFile(file, PASSPHRASE, roomKeys = 3, rounds = 4_000_000_000)
                    assertEquals(Int.MAX_VALUE, fails<ImportException.Rounds> { import() }.asked)
                    TestService.writeRoomKeyFile(file, PASSPHRASE, content = "{}")
                    fails<ImportException.NotRoomKeys> { import() }
                    assertEquals(0, account.status().roomKeys)

                    file.writeText(whole)
                    TestService.breakStore(this.folder)
                    fails<ImportException.Store> { import() }
                    TestService.mendStore(this.folder)
                    assertIs<ImportState.Done>(import().last())
                    assertEquals(3, account.status().roomKeys)
                }
            }
        }

    @Test
    fun `a file that changes while it is read is noticed`() =
        test {
            withFolder { folder ->
                val file = File(folder, "room-keys.txt")
                TestService.writeRoomKeyFile(file, PASSPHRASE, roomKeys = 5000)
                loggedIn(TestService.newUser()) { account ->
                    fails<ImportException.Changed> {
                        var changed = false
                        account.roomKeys().import(file, passphrase).collect { state ->
                            if (!changed && state is ImportState.Running && state.done > 0) {
                                changed = true
                                file.changeNearTheEnd()
                            }
                        }
                    }
                }
            }
        }

    private companion object {
        const val PASSPHRASE = "a passphrase for a file"

        val passphrase get() = Passphrase(PASSPHRASE)

        /** Exchanges one character of its base64, in place. */
        fun File.changeNearTheEnd() {
            RandomAccessFile(this, "rw").use { file ->
                file.seek(file.length() - 500)
                val present = file.read()
                file.seek(file.length() - 500)
                file.write((if (present == 'A'.code) 'B' else 'A').code)
            }
        }
    }
}
