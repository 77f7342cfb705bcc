package page

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"strconv"

	"rsc.io/qr"
)

const (
	quietZone = 4   // modules of white on every side, as the standard asks
	minModule = 2   // pixels; a camera loses smaller ones on an ordinary screen
	svgSide   = 232 // pixels that a drawn code comes close to, unless its modules would get too small
)

// QRPNG draws content as a square PNG of size pixels: medium error correction, a white margin of at least four
// modules, and every module the same whole number of pixels. A size too small for modules of two pixels is raised to
// the smallest that is not, so the image may be larger than asked and is never unreadable. Content must not be empty;
// the longest is some 2300 bytes. Text outside ASCII is encoded as UTF-8.
func QRPNG(content string, size int) ([]byte, error) {
	code, err := encode(content)
	if err != nil {
		return nil, err
	}
	modules := code.Size + 2*quietZone
	scale := max(size/modules, minModule)
	size = max(size, modules*scale)
	margin := (size - code.Size*scale) / 2

	img := image.NewPaletted(image.Rect(0, 0, size, size), color.Palette{color.White, color.Black})
	for y := margin; y < margin+code.Size*scale; y++ {
		for x := margin; x < margin+code.Size*scale; x++ {
			if code.Black((x-margin)/scale, (y-margin)/scale) {
				img.SetColorIndex(x, y, 1)
			}
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		return nil, fmt.Errorf("qr: %w", err)
	}
	return b.Bytes(), nil
}

// QRSVG draws content as an SVG of about 230 pixels, or of more when its modules would otherwise be smaller than two;
// for the rest it keeps QRPNG's promises. It holds nothing but shapes, so it can stand inline under any policy, and
// being black on its own white it scans in the dark too.
func QRSVG(content string) ([]byte, error) {
	code, err := encode(content)
	if err != nil {
		return nil, err
	}
	modules := code.Size + 2*quietZone
	side := modules * max(svgSide/modules, minModule)

	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" shape-rendering="crispEdges">`,
		side, side, modules, modules)
	fmt.Fprintf(&b, `<path fill="#fff" d="M0 0h%dv%dH0z"/><path d="`, modules, modules)
	for y := range code.Size {
		writeRow(&b, code, y)
	}
	b.WriteString(`"/></svg>`)
	return b.Bytes(), nil
}

// writeRow adds a bar for every run of black modules; a module by itself would make the path five times as long.
func writeRow(b *bytes.Buffer, code *qr.Code, y int) {
	for x := 0; x < code.Size; {
		start := x
		for code.Black(x, y) {
			x++
		}
		run := x - start
		if run == 0 {
			x++
			continue
		}
		n := strconv.Itoa(run)
		b.WriteString("M" + strconv.Itoa(start+quietZone) + " " + strconv.Itoa(y+quietZone) + "h" + n + "v1h-" + n + "z")
	}
}

func encode(content string) (*qr.Code, error) {
	if content == "" {
		return nil, errors.New("qr: no content")
	}
	code, err := qr.Encode(content, qr.M)
	if err != nil {
		return nil, fmt.Errorf("qr: %w", err)
	}
	return code, nil
}
