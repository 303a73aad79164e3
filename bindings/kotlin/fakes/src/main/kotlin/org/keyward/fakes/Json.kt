// SPDX-License-Identifier: Apache-2.0

package org.keyward.fakes

import java.time.Instant

/**
 * Reads the JSON of `bindings/fakes`, which the core's tests write: maps, lists, strings, whole numbers, booleans and null.
 * That is all that it knows, so that apps get no library along with the fakes.
 */
internal class Json(
    private val text: String,
) {
    private var at = 0

    fun read(): Any? {
        skipBlanks()
        return when (text[at]) {
            '{' -> map()
            '[' -> list()
            '"' -> string()
            't' -> word("true", true)
            'f' -> word("false", false)
            'n' -> word("null", null)
            else -> number()
        }
    }

    private fun map(): Map<String, Any?> {
        val map = LinkedHashMap<String, Any?>()
        each('}') {
            skipBlanks()
            val key = string()
            skipBlanks()
            at++ // the colon
            map[key] = read()
        }
        return map
    }

    private fun list(): List<Any?> {
        val list = ArrayList<Any?>()
        each(']') { list.add(read()) }
        return list
    }

    private inline fun each(
        end: Char,
        item: () -> Unit,
    ) {
        at++
        skipBlanks()
        while (text[at] != end) {
            item()
            skipBlanks()
            if (text[at] == ',') at++
            skipBlanks()
        }
        at++
    }

    private fun string(): String {
        at++
        val string = StringBuilder()
        while (text[at] != '"') {
            if (text[at] == '\\') string.append(escaped()) else string.append(text[at++])
        }
        at++
        return string.toString()
    }

    private fun escaped(): Char {
        val escape = text[at + 1]
        at += 2
        return when (escape) {
            'b' -> '\b'
            'f' -> '\u000c'
            'n' -> '\n'
            'r' -> '\r'
            't' -> '\t'
            'u' -> codeUnit()
            else -> escape
        }
    }

    private fun codeUnit(): Char {
        val digits = text.substring(at, at + HEX)
        at += HEX
        return digits.toInt(radix = 16).toChar()
    }

    private fun <T> word(
        word: String,
        value: T,
    ): T {
        at += word.length
        return value
    }

    private fun number(): Long {
        val begin = at
        while (at < text.length && (text[at].isDigit() || text[at] == '-')) at++
        return text.substring(begin, at).toLong()
    }

    private fun skipBlanks() {
        while (text[at].isWhitespace()) at++
    }

    private companion object {
        const val HEX = 4
    }
}

/** An object of JSON, whose fields are of the type that is asked for. */
internal class Fields(
    private val map: Map<*, *>,
) {
    val names: Set<String> get() = map.keys.map { it as String }.toSet()

    operator fun contains(name: String): Boolean = name in map

    @Suppress("UNCHECKED_CAST")
    operator fun <T> get(name: String): T = map[name] as T

    fun count(name: String): Int = get<Long>(name).toInt()

    fun countOrNull(name: String): Int? = get<Long?>(name)?.toInt()

    fun timeOrNull(name: String): Instant? = get<Long?>(name)?.let(Instant::ofEpochMilli)

    fun fields(name: String): Fields = Fields(get<Map<*, *>>(name))

    fun fieldsOrNull(name: String): Fields? = get<Map<*, *>?>(name)?.let(::Fields)

    fun all(name: String): List<Fields> = get<List<Map<*, *>>>(name).map(::Fields)

    inline fun <reified E : Enum<E>> enum(name: String): E = enumNamed(get(name))

    inline fun <reified E : Enum<E>> enumOrNull(name: String): E? = get<String?>(name)?.let { enumNamed<E>(it) }
}

/** The constant whose variant in Rust has this name: `MAKE_KEYS` of `MakeKeys`. */
internal inline fun <reified E : Enum<E>> enumNamed(name: String): E =
    enumValueOf(name.replace(Regex("(?<=[a-z0-9])(?=[A-Z])"), "_").uppercase())

/** The name of the variant in Rust: `MakeKeys` of `MAKE_KEYS`. */
internal fun Enum<*>.rustName(): String =
    name.split('_').joinToString("") { it.substring(0, 1) + it.substring(1).lowercase() }
