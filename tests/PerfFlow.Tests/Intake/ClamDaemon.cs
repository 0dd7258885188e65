using System.Text;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Intake;

/// <summary>A ClamAV daemon of the test's own, whose whole knowledge is one line.</summary>
internal sealed class ClamDaemon : IAsyncDisposable
{
    /// <summary>What it takes for a virus.</summary>
    public const string Virus = "perfflow-test-virus";

    private const string Program = "/usr/sbin/clamd";
    private readonly SupervisedProcess _process;

    private ClamDaemon(SupervisedProcess process, int port, string folder) => (_process, Tcp, Unix) = (process, $"tcp://127.0.0.1:{port}", $"unix://{folder}/clamd.sock");

    public string Tcp { get; }

    public string Unix { get; }

    /// <summary>Skips the test where the package clamav-daemon is not installed.</summary>
    public static async Task<ClamDaemon> StartAsync()
    {
        Assert.SkipUnless(File.Exists(Program), $"{Program} is not installed (Debian package clamav-daemon)");
        var folder = Directory.CreateTempSubdirectory("pf-clam-").FullName;
        var port = Waiting.FreePorts(1)[0];
        Directory.CreateDirectory(Path.Combine(folder, "db"));
        await File.WriteAllTextAsync(Path.Combine(folder, "db", "perfflow.ndb"), $"PerfFlow-Test:0:*:{Convert.ToHexStringLower(Encoding.ASCII.GetBytes(Virus))}\n");
        await File.WriteAllTextAsync(Path.Combine(folder, "clamd.conf"),
            $"DatabaseDirectory {folder}/db\nLocalSocket {folder}/clamd.sock\nTCPAddr 127.0.0.1\nTCPSocket {port}\nForeground yes\nMaxThreads 2\n");
        var process = SupervisedProcess.Start(folder, Program, ["--config-file", Path.Combine(folder, "clamd.conf")]);
        await Waiting.UntilAsync(() => Waiting.ListensAsync(port), () => "clamd: " + process.Output);
        return new ClamDaemon(process, port, folder);
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
