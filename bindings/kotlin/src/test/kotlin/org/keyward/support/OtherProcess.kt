// SPDX-License-Identifier: Apache-2.0

package org.keyward.support

import java.io.BufferedReader
import java.io.File
import java.util.concurrent.TimeUnit
import kotlin.reflect.KClass

/** A Java of its own that runs the `main` of [program] with the class path of these tests. */
class OtherProcess(
    program: KClass<*>,
    vararg options: String,
) : AutoCloseable {
    private val process: Process =
        ProcessBuilder(
            listOf(File(System.getProperty("java.home"), "bin/java").path, "--enable-native-access=ALL-UNNAMED") +
                options + listOf("-cp", System.getProperty("java.class.path"), program.java.name),
        ).redirectErrorStream(true).start()
    private val output: BufferedReader = process.inputReader()

    /** Gives it lines to read. */
    fun write(vararg lines: String) {
        process.outputWriter().apply {
            lines.forEach { appendLine(it) }
            flush()
        }
    }

    /** Returns when it has printed this line. */
    fun awaitLine(line: String) {
        val before = mutableListOf<String>()
        while (true) {
            val next = output.readLine() ?: error("it ended before `$line`:\n${before.joinToString("\n")}")
            if (next == line) return
            before += next
        }
    }

    /** Its exit code and all that it printed. */
    fun awaitEnd(): Pair<Int, String> {
        val text = output.readText()
        return process.waitFor() to text
    }

    /** Ends it as a system does that needs the memory: it has no say in it. */
    fun kill() {
        process.destroyForcibly()
        check(process.waitFor(1, TimeUnit.MINUTES)) { "it does not end" }
    }

    override fun close() = kill()
}
