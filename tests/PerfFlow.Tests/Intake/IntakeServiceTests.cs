using System.Net;
using System.Text;
using Microsoft.EntityFrameworkCore;
using PerfFlow.Intake;
using PerfFlow.Intake.Data;
using PerfFlow.ServiceDefaults.Intake;
using PerfFlow.ServiceDefaults.Messages;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Intake;

/// <summary>One running service for all tests of the class: each looks at its own documents only.</summary>
public sealed class RunningIntake(PostgresServer postgres) : IAsyncLifetime
{
    internal IntakeHost Host { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Host = await IntakeHost.StartAsync(postgres);

    public async ValueTask DisposeAsync() => await Host.DisposeAsync();
}

public sealed class IntakeServiceTests(RunningIntake running) : IClassFixture<RunningIntake>
{
    private readonly IntakeHost _intake = running.Host;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GoodWorkbook_IsAcceptedStoredAndTold()
    {
        var bytes = Workbooks.Xlsx(Workbooks.Data(2, 6));
        var answer = await UploadAsync(bytes, "目标 申报.xlsx");

        Assert.Equal(DocumentState.Accepted, answer.State);
        Assert.Equal((2, 6), (answer.Rows["project"], answer.GoodRows["indicator"]));
        var told = await AcceptedAsync(answer);
        Assert.Equal((answer.Document!.Value, answer.File, 8, 42L, 3L, 7L), (told.Document, told.File, told.Rows, told.UnitId!.Value, told.NoticeId!.Value, told.UserId!.Value));
        Assert.Equal("33112123T000000000002", told.Values!.Sheet("project")!.Rows[1].Text("projectCode"));
        Assert.Equal(IntakeHost.Clerk.Now, told.At);

        await using var file = (await _intake.Client.DownloadAsync(IntakeHost.Clerk, answer.File!.Value, Ct)).Value;
        Assert.Equal("目标 申报.xlsx", file.Name);
        Assert.Equal(bytes, await BytesAsync(file));
        var values = (await _intake.Client.ValuesAsync(IntakeHost.Clerk, answer.Document.Value, Ct)).Value;
        Assert.Equal("J3", values.Sheet("project")!.Place(values.Sheet("project")!.Rows[0], "annualTotal").Reference);
    }

    [Fact]
    public async Task ValuesOver256Kilobytes_AreFetchedById()
    {
        var answer = await UploadAsync(Workbooks.Xlsx(Workbooks.Data(50, 3_000)), "large.xlsx");
        Assert.Null((await AcceptedAsync(answer)).Values);
        Assert.Equal(3_000, (await _intake.Client.ValuesAsync(IntakeHost.Clerk, answer.Document!.Value, Ct)).Value.Sheet("indicator")!.Rows.Count);
    }

    [Fact]
    public async Task FaultyWorkbook_SaysWhatToDoAndComesBackMarked()
    {
        var header = Workbooks.Header("indicator");
        var row = Workbooks.Row("indicator", LayoutReadingTests.Titles(Workbooks.Indicator()), ("weight", "很多"));
        var answer = await UploadAsync(Workbooks.Xlsx(("绩效指标", [header, row, Workbooks.Row("indicator", LayoutReadingTests.Titles(Workbooks.Indicator(2)))])), "a.xlsx");

        Assert.Equal(DocumentState.Faulty, answer.State);
        Assert.Equal(1, answer.GoodRows["indicator"]);
        var problem = answer.Problems.Single(p => p.Code == "layout.not_number");
        Assert.Equal(("I2", "很多", "“权重”不是数字。", "请只填数字。"), (problem.Place!.Value.Reference, problem.Value, problem.Wrong, problem.Remedy));

        var finding = new IntakeProblem(new CellPlace("绩效指标", 3, 5), "x", "WZ06", [], "三级指标重复。", "请修改名称。");
        await using var marked = (await _intake.Client.MarkedAsync(IntakeHost.Clerk, answer.Document!.Value, [finding], Ct)).Value;
        Assert.Equal("a（问题标注）.xlsx", marked.Name);
        var comments = Workbooks.Part(await BytesAsync(marked), "comments");
        Assert.Contains("“权重”不是数字。", comments, StringComparison.Ordinal);
        Assert.Contains("ref=\"E3\"", comments, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RejectedFile_IsToldAndNotKept()
    {
        var answer = await UploadAsync(Workbooks.With(Workbooks.Xlsx(), ("xl/vbaProject.bin", [1])), "a.xlsx");

        Assert.Equal((DocumentState.Rejected, null), (answer.State, answer.File));
        Assert.Equal("文件含有宏。", Assert.Single(answer.Problems).Wrong);
        await Waiting.UntilAsync(() => _intake.Heard.Rejected.Any(r => r.Document == answer.Document), "DocumentRejected");
        Assert.Equal("doc.macros", _intake.Heard.Rejected.Single(r => r.Document == answer.Document).Code);
        Assert.Empty(Files(answer.Sha256));
        Assert.Equal("intake-gone", (await _intake.Client.ValuesAsync(IntakeHost.Clerk, answer.Document!.Value, Ct)).Refusal!.Code);
    }

    [Fact]
    public async Task TooLargeFile_IsAnsweredWithASentence()
    {
        var answer = await UploadAsync(new byte[21 * 1024 * 1024], "big.xlsx");
        Assert.Equal("doc.size", Assert.Single(answer.Problems).Code);
        Assert.DoesNotContain(Files("*"), f => new FileInfo(f).Length > 20_000_000);
    }

    [Fact]
    public async Task SameUploadTwice_IsOneDocumentAndOneMessage()
    {
        var id = Guid.CreateVersion7();
        var bytes = Workbooks.Xlsx();
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => UploadAsync(bytes, "a.xlsx", id: id)));

        Assert.Single(answers.Select(a => a.Document).Distinct());
        await AcceptedAsync(answers[0]);
        Assert.Equal(answers[0].DuplicateOf, (await UploadAsync(bytes, "a.xlsx", id: id)).DuplicateOf);
        Assert.Single(_intake.Heard.Accepted.Where(a => a.Document == id).Select(a => a.MessageId).Distinct());
    }

    [Fact]
    public async Task SameContentAgain_IsRecognisedWithinTheUnitOnly()
    {
        var bytes = Workbooks.Xlsx(Workbooks.Data(4, 9));
        var first = await UploadAsync(bytes, "a.xlsx");
        var second = await UploadAsync(bytes, "b.xlsx");
        var other = await UploadAsync(bytes, "a.xlsx", IntakeHost.Clerk with { Unit = 43 });

        Assert.Equal((first.Document, null, null), (second.DuplicateOf, first.DuplicateOf, other.DuplicateOf));
        Assert.Single(Files(first.Sha256));
    }

    [Fact]
    public async Task FileOnDisk_BelongsToTheServiceAloneAndIsCheckedWhenReadBack()
    {
        var answer = await UploadAsync(Workbooks.Xlsx(Workbooks.Data(1, 1)), "../../etc/passwd");
        Assert.Equal("passwd", answer.Name);
        var path = Assert.Single(Files(answer.Sha256));
        Assert.DoesNotContain(Files("*"), f => f.Contains("passwd", StringComparison.Ordinal));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        }

        await File.AppendAllTextAsync(path, "x", Ct);
        Assert.Equal("intake-damaged", (await _intake.Client.DownloadAsync(IntakeHost.Clerk, answer.File!.Value, Ct)).Refusal!.Code);
    }

    [Fact]
    public async Task Attachment_IsStoredWithoutADocument()
    {
        var answer = (await _intake.Client.UploadAsync(IntakeHost.Clerk, Guid.CreateVersion7(), null, "扫描件.pdf", new MemoryStream("%PDF-1.7"u8.ToArray()), Ct)).Value;
        Assert.Equal((null, "pdf", DocumentState.Accepted), (answer.Document, answer.Kind, answer.State));
        await using var file = (await _intake.Client.DownloadAsync(IntakeHost.Clerk, answer.File!.Value, Ct)).Value;
        Assert.Equal("application/pdf", file.ContentType);
    }

    [Fact]
    public async Task BlankAndPrefilledWorkbook_CanBeFiledAgain()
    {
        await using var blank = (await _intake.Client.BlankAsync(IntakeHost.Clerk, "goal-filing", Workbooks.Data(1, 4), Ct)).Value;
        Assert.Equal("项目支出绩效目标申报模板.xlsx", blank.Name);
        Assert.Equal(DocumentState.Accepted, (await UploadAsync(await BytesAsync(blank), blank.Name)).State);
        Assert.Equal("intake-gone", (await _intake.Client.BlankAsync(IntakeHost.Clerk, "none", null, Ct)).Refusal!.Code);
    }

    [Fact]
    public async Task AnotherRegion_SeesNothing()
    {
        var answer = await UploadAsync(Workbooks.Xlsx(), "a.xlsx");
        var stranger = IntakeHost.Clerk with { Region = new RegionRef("331121", 2) };
        Assert.Equal("intake-gone", (await _intake.Client.DownloadAsync(stranger, answer.File!.Value, Ct)).Refusal!.Code);
        Assert.Equal("intake-gone", (await _intake.Client.AnswerAsync(stranger, answer.Document!.Value, Ct)).Refusal!.Code);
    }

    [Fact]
    public async Task WithoutATicketForExactlyThis_EveryDoorIsClosed()
    {
        var answer = await UploadAsync(Workbooks.Xlsx(), "a.xlsx");
        var tickets = _intake.Service<IntakeTickets>();
        using var http = new HttpClient { BaseAddress = _intake.Address };
        string[] tokens =
        [
            "", "x.y", tickets.Issue(answer.File!.Value, IntakeAct.Read, IntakeHost.Clerk, answer.File),
            tickets.Issue(answer.File.Value, IntakeAct.Download, IntakeHost.Clerk, Guid.CreateVersion7()),
            new IntakeTickets(new byte[32], TimeProvider.System).Issue(answer.File.Value, IntakeAct.Download, IntakeHost.Clerk, answer.File),
        ];
        foreach (var token in tokens)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/intake/files/{answer.File}");
            request.Headers.TryAddWithoutValidation("Authorization", "Ticket " + token);
            Assert.Equal(HttpStatusCode.Unauthorized, (await http.SendAsync(request, Ct)).StatusCode);
        }

        foreach (var (method, path) in new[] { ("POST", "files?name=a"), ("GET", "drops"), ("GET", $"documents/{answer.Document}"), ("GET", $"documents/{answer.Document}/values"), ("POST", "drops/" + answer.Document + "/take") })
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), "/intake/" + path) { Content = new ByteArrayContent([1]) };
            Assert.Equal(HttpStatusCode.Unauthorized, (await http.SendAsync(request, Ct)).StatusCode);
        }
    }

    [Fact]
    public async Task PurgedGeneration_LosesItsRowsAndLaterItsContent()
    {
        var closed = IntakeHost.Clerk with { Region = new RegionRef("331121", 9) };
        var shared = Workbooks.Xlsx(Workbooks.Data(1, 11));
        var both = await UploadAsync(shared, "a.xlsx");
        await UploadAsync(shared, "a.xlsx", closed);
        var gone = await UploadAsync(Workbooks.Xlsx(Workbooks.Data(1, 12)), "b.xlsx", closed);

        await using var owner = Npgsql.NpgsqlDataSource.Create(_intake.OwnerConnectionString);
        Assert.Equal(2, await IntakeService.PurgeAsync(owner, closed.Region, Ct));
        Assert.Equal("intake-gone", (await _intake.Client.DownloadAsync(closed, gone.File!.Value, Ct)).Refusal!.Code);

        var upkeep = _intake.Service<IntakeService.Upkeep>();
        Assert.Equal(0, await upkeep.SweepAsync(Ct));
        foreach (var file in Files(both.Sha256).Concat(Files(gone.Sha256)))
        {
            File.SetLastWriteTimeUtc(file, new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        }

        Assert.Equal(1, await upkeep.SweepAsync(Ct));
        Assert.Empty(Files(gone.Sha256));
        Assert.True((await _intake.Client.DownloadAsync(IntakeHost.Clerk, both.File!.Value, Ct)).Ok);
    }

    [Fact]
    public async Task Schema_AgreesWithTheModel()
    {
        await using var db = await _intake.Service<IDbContextFactory<IntakeDb>>().CreateDbContextAsync(Ct);
        foreach (var entity in db.Model.GetEntityTypes())
        {
            var mapped = entity.GetProperties().Select(p => p.GetColumnName()).Order(StringComparer.Ordinal);
            var actual = await db.Database.SqlQuery<string>(
                $"select column_name::text as \"Value\" from information_schema.columns where table_schema = 'intake' and table_name = {entity.GetTableName()} order by 1").ToListAsync(Ct);
            Assert.Equal(mapped, actual.Order(StringComparer.Ordinal));
        }
    }

    private async Task<DocumentAccepted> AcceptedAsync(IntakeAnswer answer)
    {
        await Waiting.UntilAsync(() => _intake.Heard.Accepted.Any(a => a.Document == answer.Document), "DocumentAccepted");
        return _intake.Heard.Accepted.First(a => a.Document == answer.Document);
    }

    private IEnumerable<string> Files(string name) => Directory.EnumerateFiles(_intake.Folder, name, SearchOption.AllDirectories);

    private async Task<IntakeAnswer> UploadAsync(byte[] content, string name, IntakeSender? sender = null, Guid? id = null)
    {
        var outcome = await _intake.Client.UploadAsync(sender ?? IntakeHost.Clerk, id ?? Guid.CreateVersion7(), "goal-filing", name, new MemoryStream(content), Ct);
        return outcome.Value;
    }

    private static async Task<byte[]> BytesAsync(IntakeFile file)
    {
        using var copy = new MemoryStream();
        await file.Content.CopyToAsync(copy, Ct);
        return copy.ToArray();
    }
}
