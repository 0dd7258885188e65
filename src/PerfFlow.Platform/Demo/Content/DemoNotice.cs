using System.Text.Json;

namespace PerfFlow.Platform.Demo;

/// <summary>A notice that the demo issues; its number comes from the ledger. The texts are Markdown.</summary>
/// <param name="Title">标题.</param>
/// <param name="Grounds">缘由、依据.</param>
/// <param name="Matters">事项.</param>
/// <param name="Demands">要求.</param>
/// <param name="MarkWord">机关代字.</param>
/// <param name="Contact">Person and telephone, placeholders.</param>
/// <param name="IssuedOn">Business date of the issue; the first notice's is a Monday after the holiday.</param>
/// <param name="DueOn">Last day for the units.</param>
public sealed record DemoNotice(
    string Title, string Grounds, string Matters, string Demands, string MarkWord, string Contact, DateOnly IssuedOn, DateOnly DueOn)
{
    /// <summary>One of <see cref="Notices.NoticeKinds"/>.</summary>
    public string Opens { get; init; } = Notices.NoticeKinds.GoalFiling;

    /// <summary>预算年度 of the projects asked for.</summary>
    public int FiscalYear { get; init; } = 2024;

    public string Period { get; init; } = "";

    internal static IReadOnlyList<DemoNotice> Read(string file)
    {
        using var stream = typeof(DemoNotice).Assembly.GetManifestResourceStream($"PerfFlow.Platform.Demo.Content.{file}")
            ?? throw new InvalidOperationException($"The content file {file} is not in the assembly.");
        return JsonSerializer.Deserialize<List<DemoNotice>>(stream, JsonSerializerOptions.Web)
            ?? throw new InvalidOperationException($"The content file {file} is empty.");
    }
}
