using PerfFlow.Engine.Definitions;
using PerfFlow.Engine.Expressions;

namespace PerfFlow.Engine.Tests.Expressions;

/// <summary>Evaluates one expression in which <c>d</c> is a value of the case.</summary>
internal static class ScriptRun
{
    public static JsValue Evaluate(string source, Facts? d = null) => Parse(source, d).Evaluate(new JsContext(null, null));

    public static JsNode Parse(string source, Facts? d = null) => JsParser.Parse(source, new Names(d ?? Facts.Empty));

    private sealed class Names(Facts d) : IJsNames
    {
        private readonly DefinitionNames inner = new(new LoadContext("test", [], []), new VariableScope(null, new WorkflowScope(nested: false)));

        public JsNode? Name(string name, int column) => name == "d" ? new ConstantNode(column, JsValue.Object(d)) : inner.Name(name, column);

        public JsNode? Member(string owner, string name, int column) => inner.Member(owner, name, column);

        public JsNode? Call(string function, JsNode[] arguments, int column) => inner.Call(function, arguments, column);

        public JsNode Read(JsNode target, string member, MemberNode node) => inner.Read(target, member, node);
    }
}
