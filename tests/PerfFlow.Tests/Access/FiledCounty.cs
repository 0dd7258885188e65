using PerfFlow.Platform.Access;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Projects;
using PerfFlow.Platform.Submissions;
using PerfFlow.ServiceDefaults;
using PerfFlow.ServiceDefaults.Intake;
using PerfFlow.ServiceDefaults.Messages;
using PerfFlow.Tests.Notices;
using PerfFlow.Tests.Reviews;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Access;

/// <summary>A filing of the matrix, with all that names it.</summary>
/// <param name="Workbook">Sent by the unit for the notice; it has an error.</param>
/// <param name="CaseWorkbook">Sent by the unit for this case while it is the unit's to fill in; null where it is not.</param>
internal sealed record Filed(string Name, Project Project, long CaseId, long UnitId, long NoticeId, int Visit, string FileId, Guid Workbook, Guid? CaseWorkbook);

/// <summary>
/// The small county in the middle of a round, read only: the school's second round waits at its department, the health
/// bureau's at the section, and 农业农村局 has its second round back once more. Each carries an attachment.
/// </summary>
public sealed class FiledCounty(PostgresServer postgres) : IAsyncLifetime
{
    private static readonly Dictionary<string, string?> Quick = new(StringComparer.Ordinal)
    {
        ["Identity:SlowestAnswerSeconds"] = "0",
    };

    private int accounts;

    internal ReviewOffice Office { get; private set; } = null!;

    internal IReadOnlyList<Filed> Filings { get; private set; } = [];

    internal Filed this[string name] => Filings.Single(f => f.Name == name);

    public string NewName() => $"matrix-{Interlocked.Increment(ref accounts)}";

    public async ValueTask InitializeAsync()
    {
        Office = await ReviewOffice.OpenAsync(postgres, Quick);
        var county = Office.County;
        var filed = new List<Filed>();
        foreach (var (name, project, section) in new[] { ("school", county.SchoolProject, "culture"), ("health", county.HealthProject, "culture"), ("farm", county.FarmProject, "farmSection") })
        {
            var file = await UploadAsync(name, project);
            var sent = await SendAsync((send, viewer, id, content) => send.RunAsync(viewer, Office.Notice, project.UnitId, id, "目标.csv", content, TestContext.Current.CancellationToken), name, project);
            GoalFilingForm With(GoalFilingForm form) => name switch
            {
                "school" => form,
                "health" => ReviewingAFiling.Smaller(form),
                _ => form with { Annual = new(300m, 300m, 0m), Costs = [new("1", "管护费", null, "", null, 300m, "按面积")] },
            } with { Attachments = [file] };
            for (var round = 1; round <= 2; round++)
            {
                await Office.FileAsync(name, project, With);
                if (name == "school" && round == 1)
                {
                    await Office.DecideAsync("education", project, "Approve");
                }

                if (round == 1 || name == "farm")
                {
                    await Office.DecideAsync(section, project, "Return");
                }
            }

            var about = await Office.CaseAsync(project);
            Guid? ofCase = name == "farm"
                ? await SendAsync((send, viewer, id, content) => send.RunAsync(viewer, about.CaseId, id, "目标.csv", content, TestContext.Current.CancellationToken), name, project)
                : null;
            filed.Add(new Filed(name, project, about.CaseId, project.UnitId, Office.Notice, about.Visit!.Value, file.FileId, sent, ofCase));
        }

        Filings = filed;
    }

    /// <summary>The body at which a role of the matrix is held.</summary>
    internal Body At(string place) => place switch
    {
        "school" => Office.County.School,
        "health" => Office.County.Health,
        "farm" => Office.County.Farming,
        "education" => Office.County.Education,
        "culture" => Office.County.CultureSection,
        "farm-section" => Office.County.FarmSection,
        _ => Office.County.Bureau,
    };

    public ValueTask DisposeAsync() => Office.DisposeAsync();

    /// <summary>A workbook whose one row has no amounts: nothing of it is taken.</summary>
    private async Task<Guid> SendAsync(Func<SendWorkbook, Viewer, Guid, Stream, Task<Outcome<IntakeAnswer>>> send, string person, Project project)
    {
        await using var content = new MemoryStream(System.Text.Encoding.UTF8.GetBytes($"预算年度,项目代码,项目名称,单位代码,项目属性,起始年,终止年,资金性质,年度资金总额,其中财政拨款,其他资金,年度总体目标\n2024,{project.Code},{project.Name},1,延续,2024,2024,一般公共预算,很多,1,1,无\n"));
        var id = Guid.CreateVersion7();
        var answer = await send(Office.App.Get<SendWorkbook>(), await Office.County.AsAsync(person), id, content);
        NoticeOffice.Done(answer);
        Assert.Equal(DocumentState.Faulty, answer.Value.State);
        return id;
    }

    private async Task<FormAttachment> UploadAsync(string name, Project project)
    {
        await using var content = new MemoryStream("%PDF-1.4\n1 0 obj << /Type /Catalog >> endobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"u8.ToArray());
        var region = Office.App.Get<RegionClock>().Get(project.RegionId);
        var sender = new IntakeSender(new RegionRef(region.Code, region.Generation), Office.App.Get<RegionClock>().Now(project.RegionId), Office.County.IdOf(name), project.UnitId, Office.Notice);
        var answer = await Office.App.Get<IntakeClient>().UploadAsync(sender, Guid.CreateVersion7(), null, $"依据-{name}.pdf", content, TestContext.Current.CancellationToken);
        NoticeOffice.Done(answer);
        return new FormAttachment("basis-document", answer.Value.File!.Value.ToString("N"), answer.Value.Name, answer.Value.Sha256, answer.Value.Size);
    }
}
