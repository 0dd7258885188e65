using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Submissions;
using PerfFlow.ServiceDefaults.Intake;

namespace PerfFlow.Platform.Demo;

/// <summary>Workbooks of the demo's units: written by Intake, sent to it, and waited for until they have become drafts.</summary>
internal sealed class DemoIntake(IServiceProvider services, DemoRegion demo)
{
    /// <summary>Sends the forms of <paramref name="unitCode"/>; <paramref name="name"/> is the file's.</summary>
    public async Task SendAsync(Viewer viewer, long noticeId, string unitCode, FormWorkbook workbook, IEnumerable<FormContent> forms, Guid id, string name, CancellationToken ct)
    {
        var clock = services.GetRequiredService<RegionClock>();
        var (region, unit) = (clock.Get(demo.RegionId), demo.BodyId(unitCode));
        await using var scope = services.CreateAsyncScope();
        var sender = new IntakeSender(new(region.Code, region.Generation), clock.Now(demo.RegionId), viewer.UserId, unit, noticeId);
        await using var written = DemoRegion.Must(await scope.ServiceProvider.GetRequiredService<IntakeClient>().BlankAsync(sender, workbook.Layout, FormWorkbooks.ToWorkbook(workbook, forms), ct), name);
        using var bytes = new MemoryStream();
        await written.Content.CopyToAsync(bytes, ct);
        bytes.Position = 0;
        var answer = DemoRegion.Must(await services.GetRequiredService<SendWorkbook>().RunAsync(viewer, noticeId, unit, id, name, bytes, ct), name);
        if (answer.State != DocumentState.Accepted)
        {
            throw new InvalidOperationException($"{name} was not accepted: {string.Join("; ", answer.Problems.Select(p => $"{p.Place} {p.Wrong}"))}");
        }

        var databases = services.GetRequiredService<IDbContextFactory<PlatformDb>>();
        await DemoQuiet.UntilAsync(
            async () =>
            {
                await using var db = await databases.CreateDbContextAsync(ct);
                return await db.Documents.AnyAsync(d => d.Id == id && d.State == SentDocumentState.Taken, ct);
            },
            $"{name} to become drafts", ct);
    }
}
