using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using PerfFlow.Intake;
using PerfFlow.Intake.Storage;
using PerfFlow.ServiceDefaults.Intake;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Intake;

public sealed class VirusScanTests(PostgresServer postgres)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Virus_IsRefusedByName()
    {
        await using var clam = await ClamDaemon.StartAsync();
        await using var intake = await IntakeHost.StartAsync(postgres, null, ("Intake:Clamd", clam.Tcp));

        var bad = await UploadAsync(intake, string.Join(',', Workbooks.Header("indicator")) + "\n" + ClamDaemon.Virus);
        Assert.Equal((DocumentState.Rejected, "doc.virus"), (bad.State, Assert.Single(bad.Problems).Code));
        Assert.Contains("PerfFlow-Test", bad.Problems[0].Wrong, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(intake.Folder, "*", SearchOption.AllDirectories));

        var good = await UploadAsync(intake, string.Join(',', Workbooks.Header("indicator")) + "\n" + string.Join(',', Workbooks.Row("indicator", Workbooks.Indicator())));
        Assert.NotEqual(DocumentState.Rejected, good.State);
    }

    [Fact]
    public async Task UnixSocket_IsSpokenToAsWell()
    {
        await using var clam = await ClamDaemon.StartAsync();
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, new string('x', 300_000) + ClamDaemon.Virus, Ct);
        Assert.Equal("doc.virus", (await Scanner(clam.Unix).ScanAsync(file, Ct))!.Value.Code);
        await File.WriteAllTextAsync(file, new string('x', 300_000), Ct);
        Assert.Null(await Scanner(clam.Unix).ScanAsync(file, Ct));
        File.Delete(file);
    }

    [Fact]
    public async Task ScannerThatDoesNotAnswer_RefusesEveryFile()
    {
        var file = Path.GetTempFileName();
        var dead = Waiting.FreePorts(1)[0];
        Assert.Equal("doc.scanner", (await Scanner($"tcp://127.0.0.1:{dead}").ScanAsync(file, Ct))!.Value.Code);

        using var silent = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        silent.Start();
        Assert.Equal("doc.scanner", (await Scanner($"tcp://{silent.LocalEndpoint}", TimeSpan.FromMilliseconds(200)).ScanAsync(file, Ct))!.Value.Code);

        var answer = Task.Run(async () =>
        {
            using var client = await silent.AcceptTcpClientAsync(Ct);
            using var second = await silent.AcceptTcpClientAsync(Ct);
            await second.GetStream().WriteAsync("stream: something else\0"u8.ToArray(), Ct);
        }, Ct);
        Assert.Equal("doc.scanner", (await Scanner($"tcp://{silent.LocalEndpoint}").ScanAsync(file, Ct))!.Value.Code);
        await answer;
        File.Delete(file);
    }

    private static ClamScanner Scanner(string address, TimeSpan? timeout = null) =>
        new(new IntakeOptions { Clamd = address, ClamdTimeout = timeout ?? TimeSpan.FromSeconds(10) }, TimeProvider.System, NullLogger<ClamScanner>.Instance);

    private static async Task<IntakeAnswer> UploadAsync(IntakeHost intake, string csv) =>
        (await intake.Client.UploadAsync(IntakeHost.Clerk, Guid.CreateVersion7(), "goal-filing", "a.csv", new MemoryStream(Encoding.UTF8.GetBytes(csv)), Ct)).Value;
}
