using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Xunit;

namespace PerfFlow.Tests.Servers;

/// <summary>A mail as the server took it: envelope, decoded subject and bodies, all headers.</summary>
public sealed record ReceivedMail(
    string From, IReadOnlyList<string> To, string Subject, string Text, string Html, IReadOnlyDictionary<string, string> Headers);

/// <summary>A real SMTP server (python3-aiosmtpd) on loopback; without TLS and without sign-in.</summary>
public sealed class SmtpServer : IAsyncLifetime
{
    // The distribution's, which has the distribution's packages; the first in PATH may be another.
    private const string Python = "/usr/bin/python3";

    private static readonly Lazy<string?> Missing = new(FindMissing);

    private readonly string _folder = Path.Combine(Path.GetTempPath(), "perfflow-smtp-" + Path.GetRandomFileName());
    private readonly Lazy<Task<SupervisedProcess>> _server;

    public SmtpServer() => _server = new(StartAsync);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>The port on 127.0.0.1; starts the server. Skips the test where aiosmtpd is missing.</summary>
    public async Task<int> PortAsync()
    {
        Assert.SkipWhen(Missing.Value is not null, Missing.Value ?? "");
        await _server.Value;
        return int.Parse(await File.ReadAllTextAsync(Path.Combine(_folder, "port")), CultureInfo.InvariantCulture);
    }

    /// <summary>All mails for this address so far, in the order of arrival; use an address of your own per test.</summary>
    public IReadOnlyList<ReceivedMail> MailsTo(string address)
    {
        var messages = Path.Combine(_folder, "messages");
        return Directory.Exists(messages)
            ? Directory.GetFiles(messages, "*.json").Order(StringComparer.Ordinal)
                .Select(file => JsonSerializer.Deserialize<ReceivedMail>(File.ReadAllText(file))!)
                .Where(mail => mail.To.Contains(address, StringComparer.OrdinalIgnoreCase))
                .ToList()
            : [];
    }

    /// <summary>Waits (30 s) until that many mails for the address have come.</summary>
    public async Task<IReadOnlyList<ReceivedMail>> WaitForMailsToAsync(string address, int count = 1)
    {
        await Waiting.UntilAsync(() => MailsTo(address).Count >= count, $"{count} mails to {address}");
        return MailsTo(address);
    }

    /// <summary>Answers RCPT for this address so, e.g. <c>550 5.1.1 no such user</c>; null takes mail again.</summary>
    public async Task AnswerAsync(string address, string? reply)
    {
        await PortAsync();
        var file = Path.Combine(_folder, "answers", address);
        if (reply is null)
        {
            File.Delete(file);
        }
        else
        {
            await File.WriteAllTextAsync(file, reply);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
        {
            await (await _server.Value).DisposeAsync();
        }
    }

    private async Task<SupervisedProcess> StartAsync()
    {
        Directory.CreateDirectory(_folder);
        var script = Path.Combine(AppContext.BaseDirectory, "Servers", "smtp_server.py");
        var server = SupervisedProcess.Start(_folder, Python, [script, _folder]);
        await Waiting.UntilAsync(() => File.Exists(Path.Combine(_folder, "port")), "the SMTP server listens");
        return server;
    }

    private static string? FindMissing()
    {
        if (!File.Exists(Python))
        {
            return "Python is not installed (Debian: python3-aiosmtpd).";
        }

        using var probe = Process.Start(new ProcessStartInfo(Python, ["-c", "import aiosmtpd"]) { UseShellExecute = false, RedirectStandardError = true })!;
        probe.StandardError.ReadToEnd();
        probe.WaitForExit();
        return probe.ExitCode == 0 ? null : "aiosmtpd is not installed (Debian: python3-aiosmtpd).";
    }
}
