package tool

import (
	"bufio"
	"bytes"
	"errors"
	"net/http"
	"strconv"
	"strings"
)

// parseHead reads header blocks as curl, wget and httpie print them. Of several blocks (100 Continue, redirects) the
// last one belongs to the answer.
func parseHead(text []byte) (int, http.Header, error) {
	status, headers := 0, http.Header{}
	lines := bufio.NewScanner(bytes.NewReader(text))
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		if strings.HasPrefix(line, "HTTP/") {
			fields := strings.Fields(line)
			if len(fields) < 2 {
				return 0, nil, errors.New("status line without a status: " + line)
			}
			code, err := strconv.Atoi(fields[1])
			if err != nil {
				return 0, nil, err
			}
			status, headers = code, http.Header{}
			continue
		}
		if name, value, ok := strings.Cut(line, ":"); ok && status != 0 {
			headers.Add(name, strings.TrimSpace(value))
		}
	}
	if status == 0 {
		return 0, nil, errors.New("no answer")
	}
	return status, headers, lines.Err()
}
