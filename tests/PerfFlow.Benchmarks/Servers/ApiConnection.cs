using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PerfFlow.Benchmarks.Servers;

/// <summary>
/// One kept-alive HTTP/1.1 connection of a program that speaks to the JSON API. Lean: client and server share the machine,
/// and what the client takes is taken from the figure.
/// </summary>
internal sealed class ApiConnection : IDisposable
{
    private readonly Socket socket;
    private readonly byte[] buffer = new byte[16 * 1024];

    private ApiConnection(Socket socket) => this.socket = socket;

    /// <summary>Whether the last answer said when to come again.</summary>
    public bool SaysWhen { get; private set; }

    public static async Task<ApiConnection> OpenAsync(int port, CancellationToken ct)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), ct);
            return new ApiConnection(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The bytes of a POST with an API token and a command id.</summary>
    public static byte[] Post(string path, string token, Guid key, string body) => Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nIdempotency-Key: {key}\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}"));

    /// <summary>Sends a request and reads its answer.</summary>
    /// <exception cref="IOException">The connection ended before the answer did.</exception>
    public async Task<(int Status, string Body)> SendAsync(byte[] request, CancellationToken ct)
    {
        for (var sent = 0; sent < request.Length;)
        {
            sent += await socket.SendAsync(request.AsMemory(sent), SocketFlags.None, ct);
        }

        var length = 0;
        while (true)
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(length), SocketFlags.None, ct);
            if (read == 0)
            {
                throw new IOException("The connection was closed before the answer had come.");
            }

            length += read;
            if (Whole(buffer.AsSpan(0, length)) is { } head)
            {
                var status = int.Parse(buffer.AsSpan(9, 3), CultureInfo.InvariantCulture);
                SaysWhen = status != 200 && buffer.AsSpan(0, head).IndexOf("\r\nRetry-After: "u8) >= 0;
                return (status, status == 200 ? "" : Encoding.UTF8.GetString(buffer.AsSpan(head, length - head)));
            }
        }
    }

    public void Dispose() => socket.Dispose();

    /// <summary>Where the body begins, once all of the answer is there.</summary>
    private static int? Whole(ReadOnlySpan<byte> answer)
    {
        var end = answer.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return null;
        }

        var head = answer[..(end + 2)];
        var body = answer[(end + 4)..];
        var named = head.IndexOf("Content-Length: "u8);
        var whole = named < 0
            ? body.EndsWith("0\r\n\r\n"u8)
            : body.Length >= int.Parse(head[(named + 16)..][..head[(named + 16)..].IndexOf((byte)'\r')], CultureInfo.InvariantCulture);
        return whole ? end + 4 : null;
    }
}
