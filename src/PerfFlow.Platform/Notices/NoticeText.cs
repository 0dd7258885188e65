using Markdig;
using Microsoft.AspNetCore.Components;

namespace PerfFlow.Platform.Notices;

/// <summary>The Markdown of a notice as a reader sees it. Raw HTML in it stays text.</summary>
internal static class NoticeText
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().DisableHtml().UsePipeTables().Build();

    public static MarkupString Html(string markdown) => new(Markdown.ToHtml(markdown, Pipeline));
}
