using System.Text.Json;
using PerfFlow.ServiceDefaults.Hosting;
using PerfFlow.ServiceDefaults.Messages;
using Xunit;

namespace PerfFlow.Tests.Messages;

/// <summary>Services of different age talk to each other: what is pinned here may grow, never change.</summary>
public sealed class MessageContractTests
{
    private static readonly RegionRef Region = new("331121", 2);
    private static readonly DateTimeOffset At = new(2023, 3, 1, 9, 0, 0, TimeSpan.FromHours(8));
    private static readonly Subject Subject = new()
    {
        Title = "2023年绩效目标申报", Unit = "县教育局", Step = "填报", Due = At.AddDays(30), Path = "/tasks/7/3",
    };

    private static readonly Recipient[] Recipients = [new(5, "王芳", "wf@example.org")];

    private static Guid Id(byte n) => new(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, n);

    private static readonly CaseRef Case = new(7, 12, 3);

    public static TheoryData<Message, string> Samples => new()
    {
        {
            new DocumentAccepted { MessageId = Id(1), Region = Region, At = At, Document = Id(2), FileName = "目标.xlsx", Layout = "goal-filing", Sha256 = "ab", Rows = 4, Problems = 1, NoticeId = 8, UnitId = 9, UserId = 5 },
            """{"document":"00000000-0000-0000-0000-000000000002","fileName":"目标.xlsx","layout":"goal-filing","sha256":"ab","rows":4,"problems":1,"noticeId":8,"unitId":9,"userId":5,HEAD}"""
        },
        {
            new DocumentRejected { MessageId = Id(1), Region = Region, At = At, Document = Id(2), FileName = "a.xlsm", Code = "doc.macros", Problems = ["文件含有宏。"], UnitId = 9 },
            """{"document":"00000000-0000-0000-0000-000000000002","fileName":"a.xlsm","code":"doc.macros","problems":["文件含有宏。"],"unitId":9,HEAD}"""
        },
        {
            new NoticeIssued { MessageId = Id(1), Region = Region, At = At, NoticeId = 8, Number = "青财绩〔2023〕1号", About = Subject, Recipients = Recipients },
            """{"noticeId":8,"number":"青财绩〔2023〕1号",ABOUT,RECIPIENTS,HEAD}"""
        },
        {
            new TaskOpened { MessageId = Id(1), Region = Region, At = At, Case = Case, About = Subject, Recipients = Recipients },
            """{RECIPIENTS,CASE,ABOUT,HEAD}"""
        },
        {
            new TaskClosed { MessageId = Id(1), Region = Region, At = At, Case = Case, About = Subject, Why = TaskEnd.Withdrawn },
            """{"why":"Withdrawn",CASE,ABOUT,HEAD}"""
        },
        {
            new SubmissionReturned { MessageId = Id(1), Region = Region, At = At, Case = Case, About = Subject, Recipients = Recipients, ReturnedBy = "教科文科", Reasons = [new("TH02", "目标不明确")], Comment = "请补充数量指标的指标值。", Returns = 1 },
            """{RECIPIENTS,"returnedBy":"教科文科","reasons":[{"code":"TH02","text":"目标不明确"}],"comment":"请补充数量指标的指标值。","returns":1,CASE,ABOUT,HEAD}"""
        },
        {
            new DeadlineApproaching { MessageId = Id(1), Region = Region, At = At, Case = Case, About = Subject, Recipients = Recipients, Rung = "D-2", WorkingDays = 2 },
            """{RECIPIENTS,"rung":"D-2","workingDays":2,CASE,ABOUT,HEAD}"""
        },
        {
            new DeadlineMissed { MessageId = Id(1), Region = Region, At = At, Case = Case, About = Subject, Recipients = Recipients, Rung = "D+3", WorkingDays = 3 },
            """{RECIPIENTS,"rung":"D+3","workingDays":3,CASE,ABOUT,HEAD}"""
        },
        {
            new TaskNudged { MessageId = Id(1), Region = Region, At = At, Case = Case, About = Subject, Recipients = Recipients, By = "绩效科", Text = "请尽快报送。" },
            """{RECIPIENTS,"by":"绩效科","text":"请尽快报送。",CASE,ABOUT,HEAD}"""
        },
        {
            new CaseCopied { MessageId = Id(1), Region = Region, At = At, Case = Case, About = Subject, Recipients = Recipients, By = "绩效科" },
            """{RECIPIENTS,"by":"绩效科",CASE,ABOUT,HEAD}"""
        },
        {
            new DocumentRefused { MessageId = Id(1), Region = Region, At = At, Document = Id(2), FileName = "a.xlsm", About = Subject, Problems = ["文件含有宏。"], Recipients = Recipients },
            """{"document":"00000000-0000-0000-0000-000000000002","fileName":"a.xlsm",ABOUT,"problems":["文件含有宏。"],RECIPIENTS,HEAD}"""
        },
        {
            new RectificationOrdered { MessageId = Id(1), Region = Region, At = At, Case = Case, About = Subject, Recipients = Recipients, Problem = "指标未完成", Demand = "限期整改" },
            """{RECIPIENTS,"problem":"指标未完成","demand":"限期整改",CASE,ABOUT,HEAD}"""
        },
        {
            new ResultApplied { MessageId = Id(1), Region = Region, At = At, Case = Case, About = Subject, Recipients = Recipients, Application = "核减预算12.5万元。" },
            """{RECIPIENTS,"application":"核减预算12.5万元。",CASE,ABOUT,HEAD}"""
        },
        {
            new DeliveryReported { MessageId = Id(1), Region = Region, At = At, Regarding = Id(3), Kind = "TaskOpened", Case = Case, RecipientId = 5, Channel = DeliveryChannel.Mail, State = DeliveryState.Sent, Attempts = 2, Repeated = true },
            """{"regarding":"00000000-0000-0000-0000-000000000003","kind":"TaskOpened",CASE,"recipientId":5,"channel":"Mail","state":"Sent","attempts":2,"repeated":true,HEAD}"""
        },
    };

    [Theory]
    [MemberData(nameof(Samples), DisableDiscoveryEnumeration = true)]
    public void Message_WrittenToAnOutbox_HasThePinnedNameAndShape(Message message, string expected)
    {
        expected = expected
            .Replace("HEAD", """
                "messageId":"00000000-0000-0000-0000-000000000001","region":{"code":"331121","generation":2},"at":"2023-03-01T09:00:00+08:00"
                """, StringComparison.Ordinal)
            .Replace("RECIPIENTS", """
                "recipients":[{"id":5,"name":"王芳","address":"wf@example.org","language":"zh-CN"}]
                """, StringComparison.Ordinal)
            .Replace("CASE", """
                "case":{"id":7,"revision":12,"visit":3}
                """, StringComparison.Ordinal)
            .Replace("ABOUT", """
                "about":{"title":"2023年绩效目标申报","unit":"县教育局","step":"填报","due":"2023-03-31T09:00:00+08:00","path":"/tasks/7/3"}
                """, StringComparison.Ordinal);

        var row = OutboxRow.Of(message, At);

        Assert.Equal("PerfFlow.ServiceDefaults.Messages", message.GetType().Namespace);
        Assert.Equal(message.GetType().Name, row.Type);
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(expected), JsonElement.Parse(row.Body)), $"Now:\n{row.Body}\nPinned:\n{expected}");
        Assert.Equal(row.Body, OutboxRow.Of(row.Read()!, At).Body);
    }

    [Fact]
    public void Catalogue_NamesEveryMessage_AndASampleIsPinnedForEach()
    {
        var defined = typeof(Message).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(Message)) && !t.IsAbstract).Select(t => t.Name).Order(StringComparer.Ordinal).ToList();

        Assert.Equal(defined, MessageCatalog.Types.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(defined, Samples.Select(row => row.Data.Item1.GetType().Name).Order(StringComparer.Ordinal));
    }
}
