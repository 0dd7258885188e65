using PerfFlow.Intake.Storage;
using PerfFlow.ServiceDefaults.Intake;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Intake;

public sealed class DropFolderTests(PostgresServer postgres) : IAsyncLifetime
{
    private readonly string _drop = Directory.CreateTempSubdirectory("perfflow-drop-").FullName;
    private IntakeHost _intake = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() =>
        _intake = await IntakeHost.StartAsync(postgres, null, ("Intake:DropFolder", _drop), ("Intake:DropInterval", "1.00:00:00"));

    public async ValueTask DisposeAsync()
    {
        await _intake.DisposeAsync();
        Directory.Delete(_drop, true);
    }

    [Fact]
    public async Task DroppedFile_BelongsToNobodyUntilAClerkOfItsUnitTakesIt()
    {
        var path = Put("301001", "目标.xlsx", Workbooks.Xlsx());
        var folder = _intake.Service<DropFolder>();
        Assert.Equal(0, await folder.LookAsync(Ct));
        Assert.Equal(1, await folder.LookAsync(Ct));

        Assert.False(File.Exists(path));
        Assert.Empty((await _intake.Client.DropsAsync(IntakeHost.Clerk, "301002", Ct)).Value);
        var waiting = Assert.Single((await _intake.Client.DropsAsync(IntakeHost.Clerk, "301001", Ct)).Value);
        Assert.Equal("目标.xlsx", waiting.Name);
        Assert.Empty(_intake.Heard.Accepted);

        Assert.Equal("intake-gone", (await _intake.Client.TakeAsync(IntakeHost.Clerk, "301002", waiting.Id, "goal-filing", Ct)).Refusal!.Code);
        var taken = (await _intake.Client.TakeAsync(IntakeHost.Clerk, "301001", waiting.Id, "goal-filing", Ct)).Value;
        Assert.Equal((DocumentState.Accepted, "目标.xlsx"), (taken.State, taken.Name));
        Assert.Equal(taken.Document, (await _intake.Client.TakeAsync(IntakeHost.Clerk, "301001", waiting.Id, "goal-filing", Ct)).Value.Document);
        var late = await _intake.Client.TakeAsync(IntakeHost.Clerk with { User = 8 }, "301001", waiting.Id, "goal-filing", Ct);
        Assert.Equal("intake-taken", late.Refusal!.Code);
        await Waiting.UntilAsync(() => !_intake.Heard.Accepted.IsEmpty, "DocumentAccepted");
        Assert.Equal(7, _intake.Heard.Accepted.First().UserId);
        Assert.Empty((await _intake.Client.DropsAsync(IntakeHost.Clerk, "301001", Ct)).Value);
    }

    [Fact]
    public async Task TwoClerksAtOnce_OneTakesIt()
    {
        Put("301001", "a.xlsx", Workbooks.Xlsx());
        var folder = _intake.Service<DropFolder>();
        await folder.LookAsync(Ct);
        await folder.LookAsync(Ct);
        var drop = (await _intake.Client.DropsAsync(IntakeHost.Clerk, "301001", Ct)).Value[0];

        var outcomes = await Task.WhenAll(Enumerable.Range(1, 4).Select(user =>
            _intake.Client.TakeAsync(IntakeHost.Clerk with { User = user }, "301001", drop.Id, "goal-filing", Ct)));

        Assert.Single(outcomes, o => o.Ok);
        Assert.All(outcomes.Where(o => !o.Ok), o => Assert.Equal("intake-taken", o.Refusal!.Code));
    }

    [Fact]
    public async Task LinkUnfinishedAndGrowingFile_StaysWhereItIs()
    {
        Directory.CreateDirectory(Path.Combine(_drop, "331121", "301001"));
        File.CreateSymbolicLink(Path.Combine(_drop, "331121", "301001", "link.csv"), "/etc/passwd");
        Put("301001", "x.xlsx.part", [1]);
        var growing = Put("301001", "growing.csv", [1]);
        var folder = _intake.Service<DropFolder>();
        await folder.LookAsync(Ct);
        await File.AppendAllTextAsync(growing, "more", Ct);

        Assert.Equal(0, await folder.LookAsync(Ct));
        Assert.Equal(1, await folder.LookAsync(Ct));
        Assert.Equal(2, Directory.EnumerateFiles(_drop, "*", SearchOption.AllDirectories).Count());
    }

    private string Put(string unit, string name, byte[] content)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_drop, "331121", unit)).FullName;
        var path = Path.Combine(folder, name);
        File.WriteAllBytes(path, content);
        return path;
    }
}
