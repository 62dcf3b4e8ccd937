package io.aidc.training.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.aidc.training.Dataset;
import io.aidc.training.MalformedFileException;
import io.aidc.training.data.Images.Channels;
import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ImagesTest {
    /** Pillow rounds to bytes between its two passes and at the end, and may turn grey before it shrinks. */
    private static final float TWO_STEPS = 2f / 255;

    @TempDir
    Path directory;

    private static float[] read(Images images, Path file) {
        return images.read(List.of(file)).regression(new float[1], 1).row(0);
    }

    static List<String> pillow() throws IOException {
        return Files.readAllLines(GoldenFiles.path("pictures.txt"));
    }

    @ParameterizedTest
    @MethodSource("pillow")
    void read_ofAPicture_isAsPillowResizesIt(String line) {
        String[] words = line.split(" ", -1);
        Channels channels = words[1].equals("RGB") ? Channels.RGB : Channels.GREY;
        float[] read = read(
                Images.of(Integer.parseInt(words[2]), Integer.parseInt(words[3]), channels),
                GoldenFiles.path(words[0]));
        assertThat(read).hasSize(words.length - 4);
        for (int i = 0; i < read.length; i++) {
            assertThat(read[i]).as("number %d", i).isCloseTo(Float.parseFloat(words[i + 4]) / 255, within(TWO_STEPS));
        }
    }

    @Test
    void read_ofGreyOf16Bits_isScaledByItsOwnWhite() {
        float[] read = read(Images.of(9, 13, Channels.GREY), GoldenFiles.path("grey16.png"));
        for (int i = 0; i < read.length; i++) {
            assertThat(read[i]).isCloseTo(i % 13 * 5000 / 65535f, within(1e-6f));
        }
    }

    @Test
    void read_ofAGif_takesItsFirstPicture() {
        assertThat(read(Images.of(2, 2, Channels.RGB), GoldenFiles.path("rgb.gif")))
                .hasSize(12);
    }

    private void picture(String folder, String name, String golden) throws IOException {
        Files.createDirectories(directory.resolve(folder));
        Files.copy(GoldenFiles.path(golden), directory.resolve(folder).resolve(name));
    }

    @Test
    void classification_takesFoldersAsClasses() throws IOException {
        picture("b", "2.png", "grey.png");
        picture("b", "1.png", "rgb.png");
        picture("a", "x.png", "palette.png");
        Files.writeString(directory.resolve("a/.hidden"), "no picture");
        Files.writeString(directory.resolve("notes.txt"), "no folder");
        Dataset data = Images.of(4, 5, Channels.RGB).classification(directory);
        assertThat(data.classNames()).containsExactly("a", "b");
        assertThat(data.features()).isEqualTo(3 * 4 * 5);
        assertThat(data.rows()).isEqualTo(3);
        assertThat(data.label(0)).isZero();
        assertThat(data.row(1)).containsExactly(read(Images.of(4, 5, Channels.RGB), GoldenFiles.path("rgb.png")));
    }

    @Test
    void classification_withoutClassesOrPictures_isRefused() throws IOException {
        picture("a", "x.png", "rgb.png");
        Images images = Images.of(2, 2, Channels.GREY);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> images.classification(directory))
                .withMessageContaining("must hold a folder for each of at least 2 classes, got 1");
        Files.createDirectory(directory.resolve("b"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> images.classification(directory))
                .withMessage("class folder " + directory.resolve("b") + " holds no picture");
        assertThatThrownBy(() -> images.classification(directory.resolve("none")))
                .isInstanceOf(UncheckedIOException.class);
    }

    @Test
    void read_ofNoPicture_isNamed() throws IOException {
        Path text = directory.resolve("a.png");
        Files.writeString(text, "no picture");
        Images images = Images.of(2, 2, Channels.GREY);
        assertThatExceptionOfType(MalformedFileException.class)
                .isThrownBy(() -> images.read(List.of(text)))
                .withMessage(text + ": it is no picture of a format that is read, such as PNG or JPEG");
        assertThatIllegalArgumentException().isThrownBy(() -> images.read(List.of()));
        assertThatThrownBy(() -> images.read(List.of(directory.resolve("none.png"))))
                .isInstanceOf(UncheckedIOException.class);
    }

    /** A header that states 60,000 by 60,000 pixels, which would take 14 GB, and nothing behind it. */
    @Test
    void read_ofAPictureBeyondTheBound_isRefusedBeforeItIsDecoded() throws IOException {
        ByteBuffer header = ByteBuffer.allocate(17).put(new byte[] {'I', 'H', 'D', 'R'});
        header.putInt(60_000).putInt(60_000).put(new byte[] {8, 6, 0, 0, 0});
        var crc = new CRC32();
        crc.update(header.array());
        ByteBuffer png = ByteBuffer.allocate(33)
                .put(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'})
                .putInt(13)
                .put(header.array())
                .putInt((int) crc.getValue());
        Path bomb = directory.resolve("bomb.png");
        Files.write(bomb, png.array());
        assertThatExceptionOfType(MalformedFileException.class)
                .isThrownBy(() -> Images.of(2, 2, Channels.GREY).read(List.of(bomb)))
                .withMessage(bomb + ": a picture of 60000 by 60000 pixels is not read, at most 100000000 are");
        assertThatExceptionOfType(MalformedFileException.class)
                .isThrownBy(() -> read(Images.of(2, 2, Channels.GREY).mostPixels(116), GoldenFiles.path("rgb.png")));
        assertThat(read(Images.of(2, 2, Channels.GREY).mostPixels(117), GoldenFiles.path("rgb.png")))
                .hasSize(4);
    }

    @Test
    void sizes_outOfRange_areRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Images.of(0, 2, Channels.GREY))
                .withMessage("height must be in [1, 16384], got 0");
        assertThatIllegalArgumentException().isThrownBy(() -> Images.of(1, 16385, Channels.GREY));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Images.of(1, 1, Channels.GREY).mostPixels(0));
    }

    @Test
    void read_ofDamagedFiles_isAPictureOrRefused() throws IOException {
        Images images = Images.of(3, 3, Channels.RGB).mostPixels(10_000);
        for (String name : new String[] {"rgb.png", "palette.png", "rgb.gif"}) {
            int refused = GoldenFiles.fuzz(
                    GoldenFiles.path(name), directory.resolve("fuzz"), 10, 100, file -> read(images, file));
            assertThat(refused).isPositive();
        }
    }

    @Test
    void read_ofGreyThatIsNotUnsigned_isRefused() throws IOException {
        for (int kind : new int[] {DataBuffer.TYPE_FLOAT, DataBuffer.TYPE_SHORT}) {
            var colours = new ComponentColorModel(
                    ColorSpace.getInstance(ColorSpace.CS_GRAY), false, false, Transparency.OPAQUE, kind);
            var picture = new BufferedImage(colours, colours.createCompatibleWritableRaster(2, 2), false, null);
            Path file = directory.resolve("grey.tiff");
            assertThat(ImageIO.write(picture, "tiff", file.toFile())).isTrue();
            assertThatExceptionOfType(MalformedFileException.class)
                    .isThrownBy(() -> read(Images.of(2, 2, Channels.GREY), file))
                    .withMessage(file + ": grey of unsigned integers of at most 16 bits is needed");
        }
    }
}
