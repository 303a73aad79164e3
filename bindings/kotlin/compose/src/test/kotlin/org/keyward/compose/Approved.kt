// SPDX-License-Identifier: Apache-2.0

package org.keyward.compose

import java.awt.image.BufferedImage
import java.awt.image.DataBuffer
import java.awt.image.IndexColorModel
import java.io.File
import javax.imageio.IIOImage
import javax.imageio.ImageIO
import javax.imageio.ImageWriteParam
import kotlin.math.abs

/** The pictures of screens that somebody has looked at. `cargo xtask screens --approve` takes the present ones. */
internal object Approved {
    private val folder = File(checkNotNull(System.getProperty("keyward.screens")))
    private val failed = File(checkNotNull(System.getProperty("keyward.screens.failed")))
    private val isApproving = System.getenv("KEYWARD_APPROVE_SCREENS") != null

    /** How much of a channel two systems may draw differently, and how many pixels may differ by more. */
    private const val SHADE = 48
    private const val PIXELS = 0.002

    /** The names of the pictures that are there. */
    fun names(): Set<String> =
        folder
            .list()
            .orEmpty()
            .map { it.removeSuffix(".png") }
            .toSet()

    fun check(
        name: String,
        picture: BufferedImage,
    ) {
        val shown = cut(picture)
        val file = File(folder, "$name.png")
        if (isApproving) return write(shown, file)
        val difference = if (file.exists()) difference(ImageIO.read(file), shown) else "nobody has approved it"
        if (difference == null) return
        write(shown, File(failed, "$name.png"))
        throw AssertionError("$name is not as it was approved: $difference. It is now in $failed.")
    }

    private fun write(
        picture: BufferedImage,
        file: File,
    ) {
        file.parentFile.mkdirs()
        val writer = ImageIO.getImageWritersByFormatName("png").next()
        val small = writer.defaultWriteParam
        small.compressionMode = ImageWriteParam.MODE_EXPLICIT
        small.compressionQuality = 0f
        file.delete()
        ImageIO.createImageOutputStream(file).use {
            writer.output = it
            writer.write(null, IIOImage(picture, null, null), small)
        }
        writer.dispose()
    }

    private fun difference(
        approved: BufferedImage,
        shown: BufferedImage,
    ): String? {
        if (approved.width != shown.width || abs(approved.height - shown.height) > 1) {
            return "${shown.width} × ${shown.height} instead of ${approved.width} × ${approved.height}"
        }
        val height = minOf(approved.height, shown.height)
        var differing = 0
        for (y in 0 until height) {
            for (x in 0 until shown.width) if (isOther(approved.getRGB(x, y), shown.getRGB(x, y))) differing++
        }
        return "$differing pixels differ".takeIf { differing > PIXELS * shown.width * height }
    }

    private fun isOther(
        one: Int,
        other: Int,
    ) = listOf(0, 8, 16).any { abs((one shr it and 0xff) - (other shr it and 0xff)) > SHADE }

    /** Without what is empty below, but for a margin. */
    private fun cut(picture: BufferedImage): BufferedImage {
        val empty = picture.getRGB(0, picture.height - 1)
        var height = picture.height
        while (height > 1 && (0 until picture.width).all { picture.getRGB(it, height - 1) == empty }) height--
        val part = picture.getSubimage(0, 0, picture.width, minOf(height + MARGIN, picture.height))
        return withFewColours(part)
    }

    /** In its 256 most frequent colours, or those that are nearest: a third of the file, and nobody sees it. */
    private fun withFewColours(picture: BufferedImage): BufferedImage {
        val pixels = picture.getRGB(0, 0, picture.width, picture.height, null, 0, picture.width)
        val counts = pixels.asIterable().groupingBy { it }.eachCount()
        val palette = counts.entries.sortedWith(compareBy({ -it.value }, { it.key })).take(256).map { it.key }
        val model = IndexColorModel(8, palette.size, palette.toIntArray(), 0, false, -1, DataBuffer.TYPE_BYTE)
        val copy = BufferedImage(picture.width, picture.height, BufferedImage.TYPE_BYTE_INDEXED, model)
        copy.setRGB(0, 0, picture.width, picture.height, pixels, 0, picture.width)
        return copy
    }

    private const val MARGIN = 24
}
