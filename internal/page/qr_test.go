package page

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
)

var contents = map[string]string{
	"one letter":  "a",
	"digits":      "0123456789012345",
	"short":       "https://pay.example/q/8f3a",
	"upper":       "HTTPS://PAY.EXAMPLE/Q/8F3A",
	"query":       "https://pay.example/q?t=abc%20def&amount=100&currency=USD#top",
	"unicode":     "https://pay.example/căn/支付?name=José&emoji=🙂",
	"loopback":    "http://127.0.0.1:4011/pay/ch_0123456789abcdef0123456789abcdef",
	"long":        "https://pay.example/q/" + strings.Repeat("0123456789abcdef", 40),
	"longest":     strings.Repeat("x", 2331),
	"white space": " a\tb\nc ",
}

func TestQRPNGReadsBack(t *testing.T) {
	for name, content := range contents {
		for _, size := range []int{0, 120, 300, 333, 640} {
			t.Run(fmt.Sprint(name, " ", size), func(t *testing.T) {
				t.Parallel()
				raw, err := QRPNG(content, size)
				if err != nil {
					t.Fatal(err)
				}
				img, err := png.Decode(bytes.NewReader(raw))
				if err != nil {
					t.Fatal(err)
				}
				if b := img.Bounds(); b.Dx() != b.Dy() || b.Dx() < size {
					t.Errorf("image is %v, asked for %d", b, size)
				}
				if got := scan(t, img); got != content {
					t.Errorf("reads %q, want %q", got, content)
				}
			})
		}
	}
}

// TestQRPNGGeometry: the size is what was asked for once it is big enough, the margin is at least four modules, and
// every module is the same number of pixels, seen in the three finder patterns, which are seven modules wide.
func TestQRPNGGeometry(t *testing.T) {
	for _, tt := range []struct{ size, side, module int }{
		{1, 58, 2}, {58, 58, 2}, {86, 86, 2}, {87, 87, 3}, {290, 290, 10}, {300, 300, 10},
	} {
		raw, err := QRPNG("a", tt.size) // version 1: 21 modules, 29 with the margin
		if err != nil {
			t.Fatal(err)
		}
		img, err := png.Decode(bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		if got := img.Bounds().Dx(); got != tt.side {
			t.Errorf("size %d: %d pixels, want %d", tt.size, got, tt.side)
		}
		left := 0
		for white(img, left, left) {
			left++
		}
		if left < 4*tt.module {
			t.Errorf("size %d: margin of %d pixels with modules of %d", tt.size, left, tt.module)
		}
		wide := 0
		for !white(img, left+wide, left) {
			wide++
		}
		if wide != 7*tt.module {
			t.Errorf("size %d: a finder of %d pixels, want %d", tt.size, wide, 7*tt.module)
		}
	}
}

func TestQRSVGReadsBack(t *testing.T) {
	for name, content := range contents {
		t.Run(name, func(t *testing.T) {
			svg, err := QRSVG(content)
			if err != nil {
				t.Fatal(err)
			}
			if got := scan(t, raster(t, string(svg))); got != content {
				t.Errorf("reads %q, want %q", got, content)
			}
		})
	}
}

func TestQRRefuses(t *testing.T) {
	for name, content := range map[string]string{"empty": "", "too long": strings.Repeat("x", 2332)} {
		if _, err := QRPNG(content, 300); err == nil {
			t.Errorf("QRPNG, %s: no error", name)
		}
		if _, err := QRSVG(content); err == nil {
			t.Errorf("QRSVG, %s: no error", name)
		}
	}
}

// scan reads a code with another library than the one that drew it.
func scan(t *testing.T, img image.Image) string {
	t.Helper()
	bitmap, err := gozxing.NewBinaryBitmapFromImage(img)
	if err != nil {
		t.Fatal(err)
	}
	result, err := qrcode.NewQRCodeReader().Decode(bitmap, map[gozxing.DecodeHintType]any{
		gozxing.DecodeHintType_CHARACTER_SET: "UTF-8", // what phones assume, and this reader guesses
		gozxing.DecodeHintType_TRY_HARDER:    true,
	})
	if err != nil {
		t.Fatal(err)
	}
	return result.GetText()
}

// raster paints the bars of a drawn code, four pixels a module.
func raster(t *testing.T, svg string) image.Image {
	t.Helper()
	number := func(s string) int {
		n, err := strconv.Atoi(s)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	box := regexp.MustCompile(`width="(\d+)" height="(\d+)" viewBox="0 0 (\d+) (\d+)"`).FindStringSubmatch(svg)
	if box == nil || box[1] != box[2] || box[3] != box[4] || number(box[1])%number(box[3]) != 0 {
		t.Fatalf("not a square of whole pixels: %.120s", svg)
	}
	const scale = 4
	side := number(box[3]) * scale
	img := image.NewGray(image.Rect(0, 0, side, side))
	for i := range img.Pix {
		img.Pix[i] = 255
	}
	for _, bar := range regexp.MustCompile(`M(\d+) (\d+)h(\d+)v1h-(\d+)z`).FindAllStringSubmatch(svg, -1) {
		x, y, wide := number(bar[1]), number(bar[2]), number(bar[3])
		for py := y * scale; py < (y+1)*scale; py++ {
			for px := x * scale; px < (x+wide)*scale; px++ {
				img.SetGray(px, py, color.Gray{})
			}
		}
	}
	return img
}

func white(img image.Image, x, y int) bool {
	r, _, _, _ := img.At(x, y).RGBA()
	return r != 0
}
