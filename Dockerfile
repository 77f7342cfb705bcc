FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY cmd cmd
COPY internal internal
COPY sims sims
ARG VERSION=
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X paysim/internal/app.version=$VERSION" -o /simulator ./cmd/simulator

FROM scratch
# For webhooks to https addresses that --webhook-allow lets out.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /simulator /simulator
USER 65532:65532
# Flags as variables are read by the program and by its health check alike.
ENV SIM_LISTEN=0.0.0.0
EXPOSE 4010-4015 4019
HEALTHCHECK --interval=5s --timeout=3s --start-period=1s --retries=3 CMD ["/simulator", "wait", "--timeout", "2s"]
ENTRYPOINT ["/simulator"]
