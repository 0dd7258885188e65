using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;

namespace PerfFlow.Intake.Storage;

/// <summary>
/// Asks a ClamAV daemon about a file over its INSTREAM command (clamd(8)): chunks of a length and bytes, then a length of
/// zero; the answer is one line, <c>stream: OK</c> or <c>stream: NAME FOUND</c>. What is not answered clearly counts as not scanned.
/// </summary>
internal sealed class ClamScanner(IntakeOptions options, TimeProvider time, ILogger<ClamScanner> log)
{
    /// <summary>Null: clean, or scanning is not configured. Else the code of the refusal and what it names.</summary>
    public async Task<(string Code, string[] Args)?> ScanAsync(string path, CancellationToken ct)
    {
        if (options.Clamd.Length == 0)
        {
            return null;
        }

        try
        {
            using var deadline = new CancellationTokenSource(options.ClamdTimeout, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, deadline.Token);
            var answer = await AskAsync(path, either.Token);
            if (answer.EndsWith("OK", StringComparison.Ordinal))
            {
                return null;
            }

            if (answer.EndsWith(" FOUND", StringComparison.Ordinal))
            {
                var name = answer[(answer.IndexOf(':', StringComparison.Ordinal) + 1)..^" FOUND".Length].Trim();
                log.LogWarning("A file was refused: {Signature}", name);
                return ("doc.virus", [name]);
            }

            log.LogError("The virus scanner answered {Answer}", answer);
        }
        catch (Exception e) when (e is SocketException or IOException or UriFormatException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            log.LogError(e, "The virus scanner at {Address} does not answer", options.Clamd);
        }

        return ("doc.scanner", []);
    }

    private async Task<string> AskAsync(string path, CancellationToken ct)
    {
        var address = new Uri(options.Clamd);
        EndPoint end = address.Scheme == "unix" ? new UnixDomainSocketEndPoint(address.AbsolutePath) : new DnsEndPoint(address.Host, address.Port);
        using var socket = address.Scheme == "unix"
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(end, ct);
        await using var stream = new NetworkStream(socket);
        await stream.WriteAsync("zINSTREAM\0"u8.ToArray(), ct);
        await using (var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read))
        {
            var buffer = new byte[4 + 65_536];
            for (int n; (n = await file.ReadAsync(buffer.AsMemory(4), ct)) > 0;)
            {
                BinaryPrimitives.WriteInt32BigEndian(buffer, n);
                await stream.WriteAsync(buffer.AsMemory(0, 4 + n), ct);
            }
        }

        await stream.WriteAsync(new byte[4], ct);
        var answer = new byte[4_096];
        var length = await stream.ReadAtLeastAsync(answer, answer.Length, throwOnEndOfStream: false, ct);
        return Encoding.UTF8.GetString(answer, 0, length).TrimEnd('\0', '\n');
    }
}
