#!/usr/bin/env python3
"""Chat prompts as transformers renders them: tests/data/golden/chat_templates.json.

    pip install transformers==5.23.0 jinja2 && python3 make_chat_goldens.py

The templates are written for this test in the manners of well-known families; one uses whatever of Jinja they use."""
import json
from pathlib import Path

from transformers.utils.chat_template_utils import render_jinja_template

TEMPLATES = {
    "turns with a default system message":
        "{% for message in messages %}{% if loop.first and message['role'] != 'system' %}{{ '<|im_start|>system\nBe kind.<|im_end|>\n' }}{% endif %}"
        "{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n' }}{% endfor %}"
        "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}",
    "headers, trimmed contents, bos in the first turn":
        "{% for message in messages %}\n    {% set content = '<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n' + message['content'] | trim + '<|eot_id|>' %}\n"
        "    {% if loop.index0 == 0 %}{% set content = bos_token + content %}{% endif %}\n{{- content }}\n{% endfor %}\n"
        "{% if add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|>\n\n' }}{% endif %}",
    "instructions in brackets, refusing other orders":
        "{{ bos_token }}{% for message in messages %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}"
        "{{ raise_exception('roles must alternate') }}{% endif %}{% if message['role'] == 'user' %}{{ '[INST] ' + message['content'] + ' [/INST]' }}"
        "{% else %}{{ message['content'] + eos_token }}{% endif %}{% endfor %}",
    "roles renamed, whitespace control":
        "{{ bos_token }}\n{%- for message in messages -%}\n  {%- if message.role == 'assistant' -%}{%- set role = 'model' -%}{%- else -%}{%- set role = message.role -%}{%- endif -%}\n"
        "  {{ '<start_of_turn>' + role + '\n' + message.content | trim + '<end_of_turn>\n' }}\n{%- endfor -%}\n{%- if add_generation_prompt -%}\n{{ '<start_of_turn>model\n' }}\n{%- endif -%}",
    "namespace, macro, filters, tests, dates":
        "{%- macro turn(role, text) -%}<{{ role | upper }}>{{ text }}</{{ role | upper }}>{%- endmacro -%}\n"
        "{%- set ns = namespace(count=0, last=none) -%}\n{%- if not date_string is defined -%}{%- set date_string = '26 Jul 2024' -%}{%- endif -%}\n"
        "{%- if tools is defined and tools is not none -%}{{ tools | tojson }}{%- endif -%}\n"
        "{%- for m in messages if m.content is string -%}{%- set ns.count = ns.count + 1 -%}{%- set ns.last = m -%}{{ turn(m['role'], m['content'] | replace('\n', ' ')) }}{%- endfor -%}\n"
        "[{{ ns.count }}|{{ ns.last.role }}|{{ messages | length }}|{{ messages[-1]['content'].split(' ')[0] }}|{{ date_string }}|{{ {'a': [1, true, none]} | tojson }}]"
        "{{ 'yes' if add_generation_prompt else 'no' }}{{ messages[0].get('name', 'nobody') }}{{ '%s' | default('x') }}{{ messages[::-1][0].role[:3] }}",
}
MESSAGES = ["Hello", "  spaces around \n\n and lines\n", "", "Quotes ' \" \\ {{ braces }} {% raw %} <|im_end|>", "Ünïcode 東京 😀"]


def main():
    cases = []
    for name, template in TEMPLATES.items():
        for message in MESSAGES:
            rendered, _ = render_jinja_template(conversations=[[{"role": "user", "content": message}]], chat_template=template,
                                                add_generation_prompt=True, bos_token="<s>", eos_token="</s>")
            cases.append({"name": name, "template": template, "message": message, "rendered": rendered[0]})
    out = Path(__file__).parent / "golden/chat_templates.json"
    out.write_text(json.dumps(cases, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
