using System.Net;
using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Submissions;
using PerfFlow.ServiceDefaults.Intake;
using PerfFlow.ServiceDefaults.Notifications;
using PerfFlow.Tests.Identity;
using PerfFlow.Tests.Notices;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Submissions;

/// <summary>A file of the drop folder is nobody's until a clerk of its unit takes it; to other units it does not exist.</summary>
public sealed class TakingADroppedFile(PostgresServer postgres) : IAsyncLifetime
{
    private readonly string _drop = Directory.CreateTempSubdirectory("perfflow-dropped-").FullName;
    private NoticeOffice _office = null!;
    private long _notice;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _office = await NoticeOffice.OpenAsync(postgres, new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Intake:DropFolder"] = _drop,
            ["Intake:DropInterval"] = "00:00:01",
        });
        _notice = await _office.IssuedAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _office.DisposeAsync();
        Directory.Delete(_drop, recursive: true);
    }

    [Fact]
    public async Task AFileOfTheUnit_IsTakenByItsClerkAlone_AndWhatIsWrongReachesTheirBell()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_drop, "331121", "102")).FullName;
        await File.WriteAllBytesAsync(Path.Combine(folder, "目标.xlsx"), [0x50, 0x4B, 3, 4, 1, 2, 3], Ct);
        var (health, farm) = (await _office.County.AsAsync("health"), await _office.County.AsAsync("farm"));
        var (unit, dropped) = (_office.County.Health.Id, _office.App.Get<TakeDropped>());
        DroppedFile? file = null;
        await Waiting.UntilAsync(
            async () =>
            {
                _office.App.Time.Advance(TimeSpan.FromSeconds(2));
                file = (await dropped.ListAsync(health, _notice, unit, Ct)).Value.Waiting.SingleOrDefault();
                return file is not null;
            },
            () => "the file waits for its unit");

        Assert.Empty((await dropped.ListAsync(farm, null, null, Ct)).Value.Waiting);
        NoticeOffice.Refused("nothing-to-fill", await dropped.ListAsync(farm, _notice, unit, Ct));
        NoticeOffice.Refused("nothing-to-fill", await dropped.RunAsync(farm, _notice, unit, file!.Id, Ct));
        NoticeOffice.Refused("intake-gone", await dropped.RunAsync(farm, _notice, _office.County.Farming.Id, file.Id, Ct));
        await using (var db = _office.App.Db())
        {
            Assert.Empty(await db.Documents.ToListAsync(Ct));
        }

        using var visitor = await new Visitor(_office.App.Address).SignedInAsync(_office.County.UserNameOf("health"), _office.County.PasswordOf("health"));
        Assert.Contains("目标.xlsx", (await visitor.PageAsync($"/filings/import/dropped?notice={_notice}&unit={unit}")).Body!.TextContent, StringComparison.Ordinal);
        Assert.NotNull((await visitor.PageAsync($"/filings/import?notice={_notice}&unit={unit}")).QuerySelector("a[href^='/filings/import/dropped']"));
        using (var taken = await visitor.SubmitAsync($"/filings/import/dropped?notice={_notice}&unit={unit}", $"/filings/import/dropped/{file.Id}/take"))
        {
            Assert.Equal(HttpStatusCode.Redirect, taken.StatusCode);
        }

        Assert.Empty((await dropped.ListAsync(health, _notice, unit, Ct)).Value.Waiting);
        await using (var db = _office.App.Db())
        {
            var document = Assert.Single(await db.Documents.ToListAsync(Ct));
            Assert.Equal((file.Id, SentDocumentState.Rejected, _office.County.IdOf("health")), (document.Id, document.State, document.UserId));
        }

        var desk = _office.App.Get<INotifications>();
        await Waiting.UntilAsync(
            async () => (await desk.ListAsync(_office.County.IdOf("health"), new(Kind: "DocumentRefused"), Ct)).Count == 1, () => "the clerk is told");
        var told = Assert.Single(await desk.ListAsync(_office.County.IdOf("health"), new(Kind: "DocumentRefused"), Ct));
        Assert.Contains("目标.xlsx", told.Subject, StringComparison.Ordinal);
        Assert.Equal($"/filings/import?notice={_notice}&unit={unit}", told.Path);
    }
}
