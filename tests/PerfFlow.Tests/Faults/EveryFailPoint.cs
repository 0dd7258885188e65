using System.Reflection;
using PerfFlow.ServiceDefaults.Faults;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Faults;

/// <summary>
/// The fail points themselves: each is somewhere in the product and known to the suite (<see cref="FourProcesses"/> ends only when
/// each has struck), and nothing but a test can arm them.
/// </summary>
public sealed class EveryFailPoint : IDisposable
{
    private const string Loopback = "http://127.0.0.1:5080";

    private readonly string folder = Directory.CreateTempSubdirectory("perfflow-script-").FullName;

    private string Script => Path.Combine(folder, "faults");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void EachName_IsListed_AndIsPassedInTheProduct()
    {
        var names = typeof(FailPoints).GetFields(BindingFlags.Public | BindingFlags.Static).Where(f => f.IsLiteral).ToDictionary(f => f.Name, f => (string)f.GetRawConstantValue()!, StringComparer.Ordinal);
        Assert.Equal(names.Values.Order(StringComparer.Ordinal), FailPoints.All.Order(StringComparer.Ordinal));

        var source = string.Concat(Directory.GetFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText));
        Assert.All(names.Keys, name => Assert.Contains($"FailPoints.HereAsync(FailPoints.{name}", source, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("http://0.0.0.0:5080", "/var/lib/perfflow")]
    [InlineData("http://192.0.2.1:5080", "/var/lib/perfflow")]
    [InlineData(Loopback, "/var/lib/another")]
    public void ScriptOfAnotherInstallation_OrForOneThatOthersReach_IsRefused(string url, string data)
    {
        File.WriteAllText(Script, FaultScript.Text("/var/lib/perfflow", []));
        Assert.Throws<InvalidOperationException>(() => FaultScript.Open(Script, url, data));
    }

    [Fact]
    public void ScriptThatIsNotThere_IsRefused() => Assert.Throws<InvalidOperationException>(() => FaultScript.Open(Script, Loopback, "/var/lib/perfflow"));

    [Fact]
    public async Task Clock_JumpsAndStandsStill()
    {
        File.WriteAllText(Script, FaultScript.Text(folder, ["clock -60"]));
        using var script = FaultScript.Open(Script, Loopback, folder);
        Assert.InRange(TimeProvider.System.GetUtcNow() - script.GetUtcNow(), TimeSpan.FromSeconds(59), TimeSpan.FromSeconds(61));

        var noon = new DateTimeOffset(2023, 10, 9, 12, 0, 0, TimeSpan.Zero);
        File.WriteAllText(Script, FaultScript.Text(folder, [$"clock still {noon:O}"]));
        await Waiting.UntilAsync(() => script.GetUtcNow() == noon, "the clock stands still");
    }

    [Fact]
    public async Task Line_StrikesAtItsHit_AndOnceOnly()
    {
        File.WriteAllText(Script, FaultScript.Text(folder, [$"a throw {FailPoints.OutboxClaimed} 2"]));
        using (var script = FaultScript.Open(Script, Loopback, folder))
        {
            await script.PassAsync(FailPoints.OutboxClaimed, null);
            await script.PassAsync(FailPoints.OutboxDeleting, null);
            await Assert.ThrowsAsync<IOException>(async () => await script.PassAsync(FailPoints.OutboxClaimed, null));
            await script.PassAsync(FailPoints.OutboxClaimed, null);
        }

        using var next = FaultScript.Open(Script, Loopback, folder);
        await next.PassAsync(FailPoints.OutboxClaimed, null);
        await next.PassAsync(FailPoints.OutboxClaimed, null);
        Assert.Equal([$"a throw {FailPoints.OutboxClaimed}"], File.ReadAllLines(FaultScript.StruckFile(Script)));
    }
}
