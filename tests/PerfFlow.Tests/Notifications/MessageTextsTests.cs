using System.Text.RegularExpressions;
using PerfFlow.Notifications.Delivery;
using PerfFlow.Notifications.Templates;
using PerfFlow.ServiceDefaults.Messages;
using Xunit;

namespace PerfFlow.Tests.Notifications;

/// <summary>The sentences that people read.</summary>
public sealed partial class MessageTextsTests
{
    private readonly MessageTexts texts = new();

    public static TheoryData<Message> Full =>
    [
        new NoticeIssued { MessageId = Told.NewId(), Region = Told.Region, At = Told.At, NoticeId = 8, Number = "青财绩〔2023〕1号", About = Told.About("填报"), Recipients = [Told.Clerk()] },
        Told.Opened(1, Told.Clerk()),
        Told.Returned(1, Told.Clerk()),
        Approaching(2),
        Approaching(0),
        Told.Missed(1, "D+3", Told.Clerk()),
        new TaskNudged { MessageId = Told.NewId(), Region = Told.Region, At = Told.At, Case = new(7, 1, 1), About = Told.About("填报"), Recipients = [Told.Clerk()], By = "绩效科", Text = "请今天报送。" },
        new CaseCopied { MessageId = Told.NewId(), Region = Told.Region, At = Told.At, Case = new(7, 1, 1), About = Told.About("填报"), Recipients = [Told.Clerk()], By = "绩效科" },
        new DocumentRefused { MessageId = Told.NewId(), Region = Told.Region, At = Told.At, Document = Told.NewId(), FileName = "目标表.xlsm", About = Told.About("填报"), Problems = ["文件含有宏，请另存为不含宏的工作簿。"], Recipients = [Told.Clerk()] },
        new RectificationOrdered { MessageId = Told.NewId(), Region = Told.Region, At = Told.At, Case = new(7, 1, 1), About = Told.About("整改"), Recipients = [Told.Clerk()], Problem = "产出数量未达到目标。", Demand = "查明原因并补充完成。" },
        new ResultApplied { MessageId = Told.NewId(), Region = Told.Region, At = Told.At, Case = new(7, 1, 1), About = Told.About("结果应用"), Recipients = [Told.Clerk()], Application = "核减2024年预算12.5万元。" },
    ];

    [Theory]
    [MemberData(nameof(Full), DisableDiscoveryEnumeration = true)]
    public void EveryMessage_NamesUnitItemAndWhatToDo_InFullWidthPunctuation(Message message)
    {
        var letter = Letter.Of(message);
        var subject = texts.Of("zh-CN", letter.Template + ".subject", letter.Values);
        var body = texts.Of("zh-CN", letter.Template + ".body", letter.Values);

        Assert.DoesNotMatch(Leftover(), subject + body);
        Assert.DoesNotMatch(HalfWidth(), subject + body);
        Assert.Matches("请", body);
        if (message is not NoticeIssued)
        {
            Assert.Contains("县教育局", subject + body, StringComparison.Ordinal);
        }

        if (message is CaseMessage)
        {
            Assert.Contains("2023年部门预算绩效目标申报", subject, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void ALine_ThatNamesWhatTheMessageLacks_IsLeftOut()
    {
        var letter = Letter.Of(Told.Opened(1, Told.Clerk()) with { About = Told.About("填报") with { Due = null } });

        Assert.Equal("县教育局的“2023年部门预算绩效目标申报”已到“填报”环节，请您办理。", texts.Of("zh-CN", letter.Template + ".body", letter.Values));
    }

    [Fact]
    public void ALanguage_WithoutTexts_IsAnsweredInChinese() =>
        Assert.Equal("王芳，您好：", texts.Of("fr", "mail.greeting", new Dictionary<string, string?>(StringComparer.Ordinal) { ["name"] = "王芳" }));

    private static DeadlineApproaching Approaching(int days) => new()
    {
        MessageId = Told.NewId(), Region = Told.Region, At = Told.At, Case = new(7, 1, 1), About = Told.About("填报"), Recipients = [Told.Clerk()], Rung = "D-2", WorkingDays = days,
    };

    [GeneratedRegex(@"\{|\}", RegexOptions.None, 1000)]
    private static partial Regex Leftover();

    // Beside Chinese characters; the full stop inside a number or a file name is not meant.
    [GeneratedRegex(@"\p{IsCJKUnifiedIdeographs}[,;:!?()]|[,;:!?()]\p{IsCJKUnifiedIdeographs}", RegexOptions.None, 1000)]
    private static partial Regex HalfWidth();
}
